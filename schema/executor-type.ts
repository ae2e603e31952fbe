import type { PauseWay, RetryPolicy } from "./task.definition.ts";

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
}
