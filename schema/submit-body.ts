/** What is asked for when a task is submitted: over HTTP, by a schedule, from a template, by a running task. */
import Type, { type Static } from "typebox";
import { moment } from "./moment.ts";
import { PlanGuard } from "./plan-guard.ts";
import { TOKEN_PATTERN } from "./token.ts";
import { AFTER_OTHERWISE, AFTER_WHEN, Priority, RetryPolicy } from "./task.definition.ts";

const strict = { additionalProperties: false } as const;
const Key = Type.String({ minLength: 1, maxLength: 200 });
const Label = Type.String({ pattern: "^[A-Za-z0-9_./-]{1,63}$" });
const TaskId = Type.String({ minLength: 1, maxLength: 64 });
const duration = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 1_000, maximum: 30 * 86_400_000, description }));

/** The most tasks one wish may submit. */
export const SUBMIT_MOST = 1_000;

export const SubmitBody = Type.Object(
  {
    type: Type.String({ minLength: 1, maxLength: 64, description: "Executor type, for example `command`." }),
    payload: Type.Unknown({ description: "Validated against the type's own JSON Schema." }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    queue: Type.Optional(Type.String({ pattern: TOKEN_PATTERN })),
    priority: Type.Optional(Priority),
    runAt: Type.Optional(moment("Not before this moment (RFC 3339).")),
    retry: Type.Optional(Type.Partial(RetryPolicy, strict)),
    timeout: Type.Optional(
      Type.Object(
        {
          attemptMs: duration("Limit of one attempt, ms; stands still while it is paused."),
          totalMs: duration("Limit from submission to the end, ms; stands still while it is paused."),
        },
        strict,
      ),
    ),
    idempotencyKey: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    labels: Type.Optional(
      Type.Record(Label, Type.String({ maxLength: 200 }), { ...strict, maxProperties: 64 }),
    ),
    after: Type.Optional(
      Type.Array(TaskId, {
        maxItems: 1_000,
        uniqueItems: true,
        description: "Tasks that come first; where many are submitted at once, `@2` is the third of these.",
      }),
    ),
    afterPolicy: Type.Optional(
      Type.Object(
        {
          when: Type.Optional(Type.Enum([...AFTER_WHEN])),
          otherwise: Type.Optional(Type.Enum([...AFTER_OTHERWISE])),
        },
        strict,
      ),
    ),
    concurrency: Type.Optional(
      Type.Object(
        { key: Key, limit: Type.Integer({ minimum: 1, maximum: 10_000 }) },
        { ...strict, description: "At most `limit` tasks with this key run at once." },
      ),
    ),
    rate: Type.Optional(
      Type.Object(
        {
          key: Key,
          limit: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
          perMs: Type.Integer({ minimum: 1, maximum: 86_400_000 }),
        },
        { ...strict, description: "At most `limit` tasks with this key start per `perMs` milliseconds." },
      ),
    ),
    locks: Type.Optional(
      Type.Array(Key, {
        maxItems: 100,
        uniqueItems: true,
        description: "No two running tasks hold the same.",
      }),
    ),
    requires: Type.Optional(
      Type.Object(
        {
          cpus: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1_024 })),
          memoryBytes: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
          labels: Type.Optional(
            Type.Record(Label, Type.String({ maxLength: 200 }), { ...strict, maxProperties: 32 }),
          ),
        },
        { ...strict, description: "What the runner must have to spare." },
      ),
    ),
    retryOf: Type.Optional(
      Type.String({ maxLength: 64, description: "The task this one repeats with changes." }),
    ),
    approval: Type.Optional(Type.Boolean({ description: "Wait for a person's yes once the plan is ready." })),
    guard: Type.Optional(PlanGuard),
  },
  strict,
);
export type SubmitBody = Static<typeof SubmitBody>;
