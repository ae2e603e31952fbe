import type { PlanGuard } from "./plan-guard.ts";
import type { Capability } from "./policy.ts";
import type { PauseWay, Requirements, RetryPolicy } from "./task.definition.ts";

/** JSON Schema (draft 2020-12) as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * How a type's work is kept apart: `inline` runs in its slot's own process and loop, `thread` in a worker thread there,
 * `process` in processes of its own, `container` in a container of its own.
 */
export const ISOLATIONS = ["inline", "thread", "process", "container"] as const;
export type Isolation = (typeof ISOLATIONS)[number];

/** What one attempt may use at most; absent: no limit of its own. */
export interface Limits {
  /** Processors, also parts of one. */
  readonly cpus?: number;
  readonly memoryBytes?: number;
  /** Processes and threads. */
  readonly pids?: number;
  /** Open files of one process. */
  readonly files?: number;
  /** The largest file one process may write. */
  readonly fileBytes?: number;
  /** Kept of each output stream; the rest is counted. */
  readonly outputBytes?: number;
}

/** What a runner can do, as it announces it: what the scheduler validates with and the console draws forms from. */
export interface ExecutorType {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly payload: JsonSchema;
  /** May a lost attempt simply be run again? */
  readonly repeatable: boolean;
  readonly pause: PauseWay;
  /** Does it plan its items first? */
  readonly plans: boolean;
  /** A payload to start from in forms and docs. */
  readonly example: unknown;
  readonly retry: RetryPolicy;
  /** Absent: `process`. */
  readonly isolation?: Isolation;
  readonly limits?: Limits;
  /** Tasks of this type that may be active at once; absent: no limit of its own. */
  readonly concurrency?: number;
  /**
   * At most `limit` tasks of all types with a lane are active per value of this field of the payload, a name such as a
   * host's; where it is absent, per runner, under the runner's id.
   */
  readonly lane?: { readonly by: string; readonly limit: number };
  /** The field of the payload that names a host (absent in a payload: the runner's own): only runners that reach that host take such work. */
  readonly site?: string;
  /** Rights that submitting and approving its tasks takes beside `operate`. */
  readonly needs?: readonly Capability[];
  /** What plans of scheduled tasks are held to that bring no guard of their own. */
  readonly guard?: PlanGuard;
  /** Each item of a plan is locked under this kind, so that no two tasks act on it at once. */
  readonly itemLock?: string;
  /** What every task of this type needs of a runner, unless it says otherwise itself. */
  readonly requires?: Requirements;
  /** Names a task nobody named: text with `{field}` or `{field.field}` of the payload in it, `[…]` only when all its fields are there. Absent: the title. */
  readonly naming?: string;
  /**
   * Milliseconds without progress, heartbeat, items, checkpoint, output, processor time or data moved after which a task of
   * this type counts as stuck; 0: never; absent: STUCK_AFTER_MS.
   */
  readonly stuckAfterMs?: number;
}
