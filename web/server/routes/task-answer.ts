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

const orNull = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });

/** `TaskUse` of `#schema/api.ts`. */
const UseAnswer = Type.Object(
  {
    taskId: Name,
    attempt: Type.Integer(),
    at: Moment,
    cpuPercent: orNull("Of one processor, since the look before: 250 is two and a half of them"),
    memoryBytes: orNull("Held in memory now"),
    ioBytes: orNull("Read and written since the attempt began, as far as the kernel counts it"),
    ioPerSecond: orNull("The same per second, since the look before"),
  },
  { description: "What its attempt uses, all its processes together, as the runner looked last" },
);

/** `Stuck` of `#schema/task.fold.ts`. */
const StuckAnswer = Type.Object(
  { evidence: Type.String(), since: Moment },
  { description: "Why it counts as stuck; nothing was stopped, and signs of life end it" },
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
    stuck: Type.Union([StuckAnswer, Type.Null()]),
    use: Type.Union([UseAnswer, Type.Null()]),
  },
  { additionalProperties: true, description: "A task" },
);
