/** What a wish must look like before it is judged. */
import Type from "typebox";
import { SubmitBody } from "./submit-body.ts";
import { CAPABILITIES } from "./policy.ts";
import { QueueCommand } from "./queue.ts";
import { TaskCommand } from "./task.commands.ts";

const Wisher = Type.Object({
  actor: Type.Object({ kind: Type.Enum(["user", "token"]), id: Type.String({ minLength: 1 }) }),
  capabilities: Type.Array(Type.Enum([...CAPABILITIES])),
});

export const SubmitWishShape = Type.Object({ id: Type.String(), by: Wisher, task: SubmitBody });

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

export const WhyQuestionShape = Type.Object({ taskId: Type.String() });
