import Type, { type Static } from "typebox";
import { PLAN_LIMIT } from "./items.ts";
import { moment } from "./moment.ts";
import { Priority } from "./task.definition.ts";

const strict = { additionalProperties: false } as const;
const Reason = Type.Optional(Type.String({ maxLength: 500, description: "Why; kept with the fact." }));

const Indices = (description: string) =>
  Type.Optional(
    Type.Array(Type.Integer({ minimum: 0, maximum: PLAN_LIMIT - 1 }), { maxItems: PLAN_LIMIT, description }),
  );

/** Wishes about one task. Imperative; each may be refused by the statechart. */
export const TaskCommand = Type.Union([
  Type.Object({ type: Type.Literal("cancel"), reason: Reason }, strict),
  Type.Object({ type: Type.Literal("pause"), reason: Reason }, strict),
  Type.Object({ type: Type.Literal("resume"), reason: Reason }, strict),
  Type.Object({ type: Type.Literal("retry"), items: Type.Enum(["all", "failed"]), reason: Reason }, strict),
  Type.Object(
    {
      type: Type.Literal("approve"),
      plan: Type.Integer({ minimum: 1, description: "The plan's number." }),
      hash: Type.Optional(Type.String({ maxLength: 64, description: "The plan's hash." })),
      except: Indices("Items to leave alone, by their places in the plan."),
      volumes: Indices(
        "Items that need a yes of their own, such as named volumes, by their places in the plan.",
      ),
      reason: Reason,
    },
    strict,
  ),
  Type.Object(
    {
      type: Type.Literal("replan"),
      plan: Type.Optional(
        Type.Integer({ minimum: 1, description: "The plan to throw away; one made since then stays." }),
      ),
      reason: Reason,
    },
    strict,
  ),
  Type.Object({ type: Type.Literal("reprioritise"), priority: Priority, reason: Reason }, strict),
  Type.Object(
    { type: Type.Literal("delay"), runAt: moment("Not before this moment."), reason: Reason },
    strict,
  ),
]);
export type TaskCommand = Static<typeof TaskCommand>;
export type TaskCommandType = TaskCommand["type"];
