import Type, { type Static } from "typebox";
import { moment } from "./moment.ts";
import { Priority } from "./task.definition.ts";

const strict = { additionalProperties: false } as const;
const Reason = Type.Optional(Type.String({ maxLength: 500, description: "Why; kept with the fact." }));

/** Wishes about one task. Imperative; each may be refused by the statechart. */
export const TaskCommand = Type.Union([
  Type.Object({ type: Type.Literal("cancel"), reason: Reason }, strict),
  Type.Object({ type: Type.Literal("pause"), reason: Reason }, strict),
  Type.Object({ type: Type.Literal("resume"), reason: Reason }, strict),
  Type.Object({ type: Type.Literal("retry"), items: Type.Enum(["all", "failed"]), reason: Reason }, strict),
  Type.Object({ type: Type.Literal("approve"), plan: Type.Integer({ minimum: 1 }), reason: Reason }, strict),
  Type.Object({ type: Type.Literal("reprioritise"), priority: Priority, reason: Reason }, strict),
  Type.Object(
    { type: Type.Literal("delay"), runAt: moment("Not before this moment."), reason: Reason },
    strict,
  ),
]);
export type TaskCommand = Static<typeof TaskCommand>;
export type TaskCommandType = TaskCommand["type"];

/** One example of each wish: what the console asks the chart about to know which buttons are alive. */
export const COMMAND_EXAMPLES: { readonly [T in TaskCommandType]: Extract<TaskCommand, { type: T }> } = {
  cancel: { type: "cancel" },
  pause: { type: "pause" },
  resume: { type: "resume" },
  retry: { type: "retry", items: "failed" },
  approve: { type: "approve", plan: 1 },
  reprioritise: { type: "reprioritise", priority: "normal" },
  delay: { type: "delay", runAt: "2100-01-01T00:00:00.000Z" },
};
