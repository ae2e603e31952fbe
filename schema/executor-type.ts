import type { PauseWay, Requirements, RetryPolicy } from "./task.definition.ts";

/** JSON Schema (draft 2020-12) as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

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
  /** Tasks of this type that may be active at once; absent: no limit of its own. */
  readonly concurrency?: number;
  /** Each item of a plan is locked under this kind, so that no two tasks act on it at once. */
  readonly itemLock?: string;
  /** What every task of this type needs of a runner, unless it says otherwise itself. */
  readonly requires?: Requirements;
  /** Names a task nobody named: text with `{field}` or `{field.field}` of the payload in it. Absent: the title. */
  readonly naming?: string;
  /** Milliseconds without progress, items, output or processor time after which a task of this type counts as stuck. */
  readonly stuckAfterMs?: number;
}
