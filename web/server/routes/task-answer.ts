import Type from "typebox";

const Name = Type.String();
const Moment = Type.String({ format: "date-time" });

/** `Progress` of `#schema/telemetry.ts`. */
const ProgressAnswer = Type.Object(
  {
    taskId: Name,
    attempt: Type.Integer(),
    at: { ...Moment, description: "Last sign of life, which need not be progress" },
    percent: Type.Union([Type.Number(), Type.Null()]),
    message: Type.String(),
    done: Type.Optional(Type.Number()),
    total: Type.Optional(Type.Number()),
    etaMs: Type.Optional(Type.Number({ description: "Estimated milliseconds left" })),
    current: Type.Optional(Type.Array(Type.String(), { description: "What is being worked on" })),
    freed: Type.Optional(Type.Number({ description: "Bytes given back so far" })),
    metrics: Type.Optional(
      Type.Record(Name, Type.Number(), { description: "What the work measures itself, by name; at most 32" }),
    ),
  },
  { description: "What its latest attempt told last" },
);

/** What the description says of a task; it has more. */
export const TaskAnswer = Type.Object(
  {
    id: Name,
    type: Name,
    name: Name,
    queue: Name,
    state: Name,
    tag: Type.Union([Type.Literal("waiting"), Type.Literal("active"), Type.Literal("settled")]),
    attempt: Type.Integer(),
    submittedAt: Moment,
    progress: Type.Union([ProgressAnswer, Type.Null()]),
  },
  { additionalProperties: true, description: "A task" },
);
