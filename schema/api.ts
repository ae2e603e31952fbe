/** The HTTP contract: bodies, queries and answers under /api. One schema for validation, OpenAPI and the typed client. */
import Type, { type Static } from "typebox";
import type { Actor } from "./actor.ts";
import type { ExecutorType } from "./executor-type.ts";
import { type ItemCounts, type ItemOutcome, PLAN_LIMIT, type PlanItem } from "./items.ts";
import { moment } from "./moment.ts";
import { TOKEN_PATTERN } from "./token.ts";
import type { Progress } from "./telemetry.ts";
import type { ExecutorFault, Hello } from "./reports.ts";
import { type KeyLimit, Priority, type Requirements } from "./task.definition.ts";
import type { TaskError } from "./task.events.ts";
import type { StatePath } from "./task.evolve.ts";
import type { Stuck } from "./task.fold.ts";
import type { TaskContext, TaskTag } from "./task.context.ts";

const strict = { additionalProperties: false } as const;

export const ReasonBody = Type.Object({ reason: Type.Optional(Type.String({ maxLength: 500 })) }, strict);
export const RetryBody = Type.Object(
  {
    items: Type.Optional(Type.Enum(["all", "failed"])),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  strict,
);
const Places = (description: string) =>
  Type.Optional(
    Type.Array(Type.Integer({ minimum: 0, maximum: PLAN_LIMIT - 1 }), { maxItems: PLAN_LIMIT, description }),
  );
export const ApproveBody = Type.Object(
  {
    plan: Type.Integer({ minimum: 1, description: "The plan's number." }),
    hash: Type.Optional(
      Type.String({ maxLength: 64, description: "The plan's hash, as the task shows it." }),
    ),
    except: Places("Items to leave alone, by their places in the plan."),
    volumes: Places(
      "Items that need a yes of their own, such as named volumes, by their places in the plan.",
    ),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  strict,
);
export const ReplanBody = Type.Object(
  {
    plan: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          "The plan to throw away. Where it is gone already, nothing is done and the answer is the same.",
      }),
    ),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  strict,
);
/** One of the two: what else there is to change of a task has a verb of its own. */
export const TaskPatch = Type.Object(
  {
    priority: Type.Optional(Priority),
    runAt: Type.Optional(moment("Not before this moment.")),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { ...strict, description: "Either `priority` or `runAt`." },
);
export type TaskPatch = Static<typeof TaskPatch>;

const TaskId = Type.String({ pattern: TOKEN_PATTERN });

export const TaskListQuery = Type.Object(
  {
    state: Type.Optional(
      Type.String({
        maxLength: 200,
        description: "States or tags, comma separated: `running,stuck` or `active`.",
      }),
    ),
    type: Type.Optional(Type.String({ maxLength: 64 })),
    queue: Type.Optional(Type.String({ pattern: TOKEN_PATTERN })),
    priority: Type.Optional(Priority),
    label: Type.Optional(Type.String({ maxLength: 264, description: "`key` or `key=value`." })),
    text: Type.Optional(Type.String({ maxLength: 200, description: "Part of the name, or an id." })),
    parent: Type.Optional(TaskId),
    after: Type.Optional(TaskId),
    retryOf: Type.Optional(TaskId),
    schedule: Type.Optional(TaskId),
    fingerprint: Type.Optional(
      Type.String({ pattern: TOKEN_PATTERN, description: "Failed tasks of one group of dead letters." }),
    ),
    from: Type.Optional(moment("Submitted then or later.")),
    to: Type.Optional(moment("Submitted before.")),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    cursor: Type.Optional(Type.String({ maxLength: 64 })),
  },
  strict,
);
export type TaskListQuery = Static<typeof TaskListQuery>;

export const PageQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    after: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  },
  strict,
);

/** One line of a list: never the whole task. */
export interface TaskSummary {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly queue: string;
  readonly state: StatePath;
  readonly tag: TaskTag;
  readonly priority: Priority;
  readonly attempt: number;
  readonly failures: number;
  readonly runner: string | null;
  readonly outcome: TaskContext["outcome"];
  readonly error: TaskError | null;
  readonly counts: ItemCounts;
  readonly progress: Progress | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly submittedBy: Actor;
  readonly submittedAt: string;
  readonly startedAt: string | null;
  readonly settledAt: string | null;
  readonly dueAt: string | null;
  /** Why it counts as stuck and since when; null in any other state. */
  readonly stuck: Stuck | null;
  /** Journal sequence of its first and its latest fact. */
  readonly born: number;
  readonly seq: number;
}

/** Another task, named in short; null where nothing is known of it. */
export interface TaskLink {
  readonly id: string;
  readonly name: string | null;
  readonly state: StatePath | null;
}

/** The first of some tasks, oldest first, and how many there are; null while that cannot be known. */
export interface TaskLinks {
  readonly items: readonly TaskLink[];
  readonly total: number | null;
}

/** What an attempt at work uses, all its processes together, as its runner looked last; null where that cannot be told. */
export interface TaskUse {
  readonly taskId: string;
  readonly attempt: number;
  readonly at: string;
  /** Of one processor, since the look before: 250 is two and a half of them. */
  readonly cpuPercent: number | null;
  readonly memoryBytes: number | null;
  /** Read and written since it began, as far as the kernel counts it; `ioPerSecond` since the look before. */
  readonly ioBytes: number | null;
  readonly ioPerSecond: number | null;
}

export interface TaskDetail extends TaskSummary {
  readonly n: number;
  readonly context: TaskContext;
  readonly payload: unknown;
  /** One sentence for a waiting task, else null. */
  readonly waiting: string | null;
  /** The scheduler's own account of that: null for a task that does not wait, or while the scheduler is away. */
  readonly why: {
    readonly code: string;
    readonly position: { readonly position: number; readonly of: number } | null;
    /** Estimate in milliseconds until it starts. */
    readonly etaMs: number | null;
  } | null;
  /** Null for a task that is not active, and while nothing is known of what it uses. */
  readonly use: TaskUse | null;
  readonly parent: TaskLink | null;
  readonly retryOf: TaskLink | null;
  /** The schedule it came from. */
  readonly schedule: string | null;
  /** Tasks that come first, all of them. */
  readonly after: readonly TaskLink[];
  /** Tasks that come after this one, that it submitted, and that repeat it with changes. */
  readonly followers: TaskLinks;
  readonly children: TaskLinks;
  readonly retries: TaskLinks;
  readonly concurrency: KeyLimit | null;
  readonly locks: readonly string[];
  readonly requires: Requirements | null;
  /** Every wish, and whether the chart allows it now, else why not. */
  readonly commands: readonly {
    readonly command: string;
    readonly allowed: boolean;
    readonly why?: string;
  }[];
  /** Whether what it did can be put back, as a task of its own; `why` is one sentence when it cannot. */
  readonly undo: { readonly possible: boolean; readonly why: string | null };
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
  /** Journal sequence this answer is true for: join the stream with `after=asOf`. */
  readonly asOf: number;
}

export interface TaskEventRow {
  readonly seq: number;
  readonly n: number;
  readonly type: string;
  readonly from: StatePath;
  readonly to: StatePath;
  readonly at: string;
  readonly actor: Actor;
  readonly reason: string | null;
  /** Id of the wish, report or batch behind it. */
  readonly cause: string | null;
  readonly attempt: number;
  readonly runner: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface ItemRow extends PlanItem {
  readonly index: number;
  readonly outcome: ItemOutcome | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly ms: number | null;
  /** Bytes it gave back on disk. */
  readonly freed: number | null;
  /** What the engine said. */
  readonly answer: string | null;
  readonly at: string | null;
  readonly attempt: number | null;
}

export interface LogRow {
  /** Telemetry sequence: the cursor. */
  readonly seq: number;
  readonly attempt: number;
  readonly at: string;
  readonly stream: "stdout" | "stderr" | "system";
  readonly text: string;
  readonly dropped: number;
}

export interface RunnerRow {
  readonly id: string;
  readonly state: "present" | "left" | "lost";
  readonly boot: string;
  readonly slots: number;
  readonly busy: number;
  readonly types: readonly ExecutorType[];
  readonly host: string;
  readonly since: string;
  /** Files of the user's that hold no executor that can be used, and why. */
  readonly faults: readonly ExecutorFault[];
  /** How it keeps limits and freezes work; null when it has not said. */
  readonly isolation: Hello["isolation"] | null;
  /** What it can spare for tasks that say what they need; absent parts are without end. */
  readonly offers: Requirements;
}

/** One container as the engine lists it. `protected` says why bulk actions leave it alone. */
export interface ContainerRow {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId?: string;
  readonly state: string;
  readonly status: string;
  readonly createdAt: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly composeProject?: string;
  readonly autoRemove: boolean;
  readonly protected: string | null;
}

/** RFC 9457. `state` and `details` where they help. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly state?: string;
  readonly details?: readonly { readonly path: string; readonly message: string }[];
}
