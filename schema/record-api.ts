/** The HTTP contract of queues, limits, schedules, batches, templates, dead letters and pools of slots. */
import Type, { type Static } from "typebox";
import type { Actor } from "./actor.ts";
import { type Problem, TaskListQuery } from "./api.ts";
import { type Batch, BATCH_LIMIT, BatchAction, type BatchResult } from "./batch.ts";
import type { Limit } from "./limit.ts";
import { ScaleWish } from "./pool.ts";
import { type Queue, QueueSettings } from "./queue.ts";
import { type Schedule, ScheduleBody, SchedulePatch } from "./schedule.ts";
import { SUBMIT_MOST, SubmitBody } from "./submit-body.ts";
import type { Priority } from "./task.definition.ts";
import type { TaskState } from "./task.evolve.ts";
import { type Template, TemplateBody } from "./template.ts";
import { TOKEN_PATTERN } from "./token.ts";

const strict = { additionalProperties: false } as const;
const reason = Type.Optional(Type.String({ maxLength: 500, description: "Why; kept with the fact." }));
const rate = Type.Optional(
  Type.Number({ exclusiveMinimum: 0, maximum: 10_000, description: "Tasks per second at most." }),
);

export const SubmitManyBody = Type.Object(
  { tasks: Type.Array(SubmitBody, { minItems: 1, maxItems: SUBMIT_MOST }) },
  strict,
);
export type SubmitManyBody = Static<typeof SubmitManyBody>;

export const QueueBody = Type.Object({ ...QueueSettings.properties, reason }, strict);
export type QueueBody = Static<typeof QueueBody>;

export const ScheduleCreateBody = Type.Object({ ...ScheduleBody.properties, reason }, strict);
export type ScheduleCreateBody = Static<typeof ScheduleCreateBody>;
export const ScheduleChangeBody = Type.Object({ ...SchedulePatch.properties, reason }, strict);
export type ScheduleChangeBody = Static<typeof ScheduleChangeBody>;

export const TemplateDefineBody = Type.Object({ ...TemplateBody.properties, reason }, strict);
export type TemplateDefineBody = Static<typeof TemplateDefineBody>;
export const TemplateSubmitBody = Type.Object(
  {
    version: Type.Optional(Type.Integer({ minimum: 1, description: "The latest when absent." })),
    parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    idempotencyKey: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    reason,
  },
  strict,
);
export type TemplateSubmitBody = Static<typeof TemplateSubmitBody>;

const { limit: _limit, cursor: _cursor, ...filters } = TaskListQuery.properties;
/** The filters of GET /api/tasks: which tasks a batch is about. */
export const TaskFilter = Type.Object(filters, strict);
export type TaskFilter = Static<typeof TaskFilter>;

export const BatchBody = Type.Object(
  {
    action: BatchAction,
    ids: Type.Optional(
      Type.Array(Type.String({ pattern: TOKEN_PATTERN }), {
        minItems: 1,
        maxItems: BATCH_LIMIT,
        uniqueItems: true,
      }),
    ),
    query: Type.Optional(TaskFilter),
    asOf: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: "Journal sequence the query is answered for; now when absent.",
      }),
    ),
    dryRun: Type.Optional(Type.Boolean({ description: "Only say what would happen." })),
    ratePerS: rate,
    reason,
  },
  strict,
);
export type BatchBody = Static<typeof BatchBody>;

export const RedriveBody = Type.Object({ ratePerS: rate, reason }, strict);
export type RedriveBody = Static<typeof RedriveBody>;

export const ListQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    cursor: Type.Optional(Type.String({ pattern: "^\\d{1,15}$" })),
  },
  strict,
);
export type ListQuery = Static<typeof ListQuery>;

export const BatchResultsQuery = Type.Object(
  {
    ok: Type.Optional(Type.Boolean({ description: "Only what was done, or only what was refused." })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
    cursor: Type.Optional(Type.String({ pattern: "^\\d{1,15}\\.\\d{1,6}$" })),
  },
  strict,
);
export type BatchResultsQuery = Static<typeof BatchResultsQuery>;

export const ScaleBody = Type.Object({ slots: ScaleWish.properties.slots, reason }, strict);
export type ScaleBody = Static<typeof ScaleBody>;

/** One answer per task, in order; `seq` is the sequence of the last fact of all. */
export interface SubmitManyAnswer {
  readonly seq: number;
  readonly items: readonly (
    | {
        readonly ok: true;
        readonly id: string;
        readonly seq: number;
        readonly state: string;
        readonly repeated: boolean;
      }
    | { readonly ok: false; readonly problem: Problem }
  )[];
}

/** Journal sequence of the latest fact about it. */
interface Sequenced {
  readonly seq: number;
}

export interface QueueRow extends Queue, Sequenced {
  /** How many of its tasks are in each state; states without any are absent. */
  readonly counts: Readonly<Partial<Record<TaskState, number>>>;
  /** How many of its tasks are queued, by priority. */
  readonly depth: Readonly<Record<Priority, number>>;
  readonly waiting: number;
  readonly active: number;
  /** Its own limits that are reached now. */
  readonly limits: readonly LimitRow[];
}

export type LimitRow = Limit & Sequenced;
export type ScheduleRow = Schedule & Sequenced;
/** Without its ids: their number is `counts.total`. */
export type BatchRow = Omit<Batch, "tasks" | "resultsAt"> & Sequenced;
export type BatchResultRow = BatchResult;
export type TemplateRow = Template & Sequenced;

/** One fact about a queue, a schedule, a batch or a template. */
export interface RecordEventRow {
  readonly seq: number;
  readonly type: string;
  readonly at: string;
  readonly actor: Actor;
  readonly reason: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Failed tasks that failed the same way. Times are RFC 3339. */
export interface DeadLetterGroup {
  readonly fingerprint: string;
  readonly type: string;
  readonly code: string;
  /** The message of the latest of them. */
  readonly message: string;
  readonly count: number;
  readonly first: string;
  readonly last: string;
}
