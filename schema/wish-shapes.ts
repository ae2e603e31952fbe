/** What a wish must look like before it is judged. */
import Type, { type TSchema } from "typebox";
import { BATCH_LIMIT, BatchAction } from "./batch.ts";
import { SUBMIT_MOST, SubmitBody } from "./submit-body.ts";
import { CAPABILITIES } from "./policy.ts";
import { QueueCommand } from "./queue.ts";
import { ScheduleCommand } from "./schedule.ts";
import { TaskCommand } from "./task.commands.ts";
import { TemplateCommand } from "./template.ts";

const Wisher = Type.Object({
  actor: Type.Object({ kind: Type.Enum(["user", "token"]), id: Type.String({ minLength: 1 }) }),
  capabilities: Type.Array(Type.Enum([...CAPABILITIES])),
});

export const SubmitWishShape = Type.Object({ id: Type.String(), by: Wisher, task: SubmitBody });

/** Each task is looked at by itself, so that one that is wrong costs the others nothing. */
export const SubmitManyWishShape = Type.Object({
  id: Type.String(),
  by: Wisher,
  tasks: Type.Array(Type.Unknown(), { minItems: 1, maxItems: SUBMIT_MOST }),
});

export const TaskWishShape = Type.Object({
  id: Type.String(),
  by: Wisher,
  taskId: Type.String(),
  command: TaskCommand,
});

export const QueueWishShape = Type.Object({
  id: Type.String(),
  by: Wisher,
  queue: Type.String(),
  command: QueueCommand,
  reason: Type.Optional(Type.String({ maxLength: 500 })),
});

export const RunnerWishShape = Type.Object({
  id: Type.String(),
  by: Wisher,
  runner: Type.String(),
  command: Type.Union([
    Type.Object({ type: Type.Enum(["cordon", "drain", "uncordon"]) }),
    Type.Object({
      type: Type.Literal("scale"),
      slots: Type.Union([Type.Integer({ minimum: 1, maximum: 1_000 }), Type.Null()]),
    }),
  ]),
  reason: Type.Optional(Type.String({ maxLength: 500 })),
});

export const WhyQuestionShape = Type.Object({ taskId: Type.String() });

const about = <T extends TSchema>(command: T) =>
  Type.Object({
    id: Type.String(),
    by: Wisher,
    command,
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  });
export const ScheduleWishShape = about(ScheduleCommand);
export const TemplateWishShape = about(TemplateCommand);

const Reference = Type.Object({ ref: Type.String(), sha256: Type.String(), size: Type.Integer() });

export const BatchWishShape = Type.Object({
  id: Type.String(),
  by: Wisher,
  command: Type.Union([
    Type.Object({
      type: Type.Literal("start"),
      action: BatchAction,
      tasks: Type.Union([
        Type.Object({
          value: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: BATCH_LIMIT }),
        }),
        Reference,
      ]),
      dryRun: Type.Optional(Type.Boolean()),
      ratePerS: Type.Optional(Type.Number({ minimum: 0.001, maximum: 1_000_000 })),
    }),
    Type.Object({ type: Type.Literal("stop"), batch: Type.String() }),
  ]),
  reason: Type.Optional(Type.String({ maxLength: 500 })),
});
