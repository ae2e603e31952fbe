import type { Static, TSchema } from "typebox";
import type { Approval, ItemCounts, ItemResult, Plan, PlanEngine, PlanItem } from "#schema/items.ts";
import type { ExecutorType, Limits } from "#schema/executor-type.ts";
import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import type { HostSite } from "./executors/docker/hosts/host-site.ts";
import type { GroupSite } from "./groups/groups.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import type { TaskError } from "#schema/task.events.ts";

/** How an attempt of an executor ends. `paused` lets the work go at a checkpoint; `planned` only ends a plan. */
export type Ending =
  | { readonly type: "completed"; readonly result: unknown }
  | { readonly type: "planned"; readonly plan: Plan }
  | { readonly type: "failed"; readonly error: TaskError; readonly retryable: boolean }
  | { readonly type: "cancelled" }
  | { readonly type: "paused" };

/** What the runner's environment lets commands do. */
export interface Settings {
  readonly allowShell: boolean;
  /** User that commands run as when the runner is root. */
  readonly commandUser: string;
  /** Where attempts get control groups of their own. */
  readonly groups: GroupSite;
  /** Percent of the host's processors above which bulk work holds itself back; 100: never. */
  readonly cpuLimit: number;
  /** The runner's data folder. */
  readonly data: string;
  /** The container hosts it reaches, its own first. */
  readonly hosts: readonly HostSite[];
}

/** One step of progress; the system adds task, attempt and time, and thins it out. */
export interface Step {
  readonly percent: number | null;
  readonly message: string;
  readonly done?: number;
  readonly total?: number;
  readonly etaMs?: number;
  readonly current?: readonly string[];
  /** Bytes given back so far. */
  readonly freed?: number;
}

/** The last step, and what was measured until then. */
export interface MeasuredStep extends Step {
  readonly metrics?: Readonly<Record<string, number>>;
}

/** Stops work in place and lets it go on: for types whose pause is `freeze`. */
export interface Freezer {
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

/** A task that comes before this one, as it stands. Only one that is settled has a result or an error. */
export interface FirstResult {
  readonly task: string;
  /** As the chart calls it; `unknown` when it was forgotten. */
  readonly state: string;
  readonly outcome: "full" | "partial" | null;
  readonly result: unknown;
  readonly error: TaskError | null;
}

/** All an executor gets to know and may say while it works. */
export interface JobContext<P = unknown> {
  readonly taskId: string;
  readonly name: string;
  readonly payload: P;
  readonly settings: Settings;
  /** What the type declares. */
  readonly limits: Limits;
  /** Environment every process of this attempt must carry, so that it can be found again. */
  readonly marks: Readonly<Record<string, string>>;
  /** The approved plan; empty before there is one. */
  readonly plan: readonly PlanItem[];
  /** The plan is all that was wanted. */
  readonly dryRun: boolean;
  /** The engine it was made on; null where the plan does not say. */
  readonly engine: PlanEngine | null;
  /** What the yes to the plan said, when it took one. */
  readonly approval: Approval | null;
  /** How the planned items stood when this attempt began. */
  readonly standing: { readonly marks: string; readonly counts: ItemCounts };
  /** What `keep` kept last, in this attempt or an earlier one; null before. */
  readonly checkpoint: unknown;
  /** Aborted when the work is to end: cancelled, or out of time. */
  readonly cancelled: AbortSignal;
  /** Aborted when the work is to stop at its next checkpoint. */
  readonly pausing: AbortSignal;
  progress(step: Step): void;
  /**
   * A number that stands with the task, the latest one by that name; an attempt begins with none and may have 32. Names
   * begin with a letter and have at most 64 letters, digits, `_`, `.` and `-`. Throws Refused, also when it is not finite.
   */
  metric(name: string, value: number): void;
  /** Says that the work is alive, where there is no progress to tell of. */
  heartbeat(): void;
  /** One line in plain words. */
  log(line: string): void;
  output(stream: "stdout" | "stderr", text: string, dropped?: number): void;
  /** Resolves when the results are durable. They wait for a fuller fact for at most `lingerMs` (250). Throws Refused. */
  items(results: readonly ItemResult[], lingerMs?: number): Promise<void>;
  /** Resolves when the checkpoint is durable. Throws Refused when it is none that can be kept; the one before it counts then. */
  keep(checkpoint: unknown): Promise<void>;
  /**
   * Submits a task of its own, with the rights of who submitted this one; resolves to its id when it is durable. The same
   * key answers with the same task, so work that begins again submits none twice. Throws Refused (`code`, `message`).
   */
  submit(task: SubmitBody, key: string): Promise<string>;
  /** What the tasks before this one (its `after`) left, in that order. Throws Refused. */
  results(): AsyncIterable<FirstResult>;
  hostLost(message: string): Promise<void>;
  hostBack(): Promise<void>;
  /** Says how to freeze the work; until it is said, a pause waits. */
  freezable(freezer: Freezer): void;
}

/** A type of work: what it is, and how it is done. `plan` finds the items when `plans` is true. */
export interface Executor extends ExecutorType {
  /** It puts its work into processes or a container itself: its own code, which is ours, stays in the slot's loop. */
  readonly keepsApart?: boolean;
  plan?(context: JobContext): Promise<Ending>;
  run(context: JobContext): Promise<Ending>;
}

/** An executor as its author writes it. Left out: description "", repeatable false, pause "none", isolation "process", one attempt, example {}. */
export interface Definition<S extends TSchema> extends Partial<
  Omit<ExecutorType, "type" | "title" | "payload" | "plans" | "example">
> {
  readonly type: string;
  readonly title: string;
  /** JSON Schema (draft 2020-12); one made with TypeBox's `Type` gives the payload its type. */
  readonly payload: S;
  readonly example?: Static<S>;
  readonly keepsApart?: boolean;
  /** Finds the items first; then `run` gets them as its plan. */
  plan?(context: JobContext<Static<S>>): Promise<Ending>;
  run(context: JobContext<Static<S>>): Promise<Ending>;
}

/** Declares an executor; the payload has been checked against its schema when `plan` or `run` see it. */
export const defineExecutor = <S extends TSchema>(definition: Definition<S>): Executor =>
  ({
    description: "",
    repeatable: false,
    pause: "none",
    isolation: "process",
    retry: DEFAULT_RETRY,
    example: {},
    plans: definition.plan !== undefined,
    ...definition,
  }) as unknown as Executor;

/** The part of an executor that goes over the wire. */
export const typeOf = ({ plan: _plan, run: _run, keepsApart: _apart, ...type }: Executor): ExecutorType =>
  type;

export const failed = (code: string, message: string, retryable: boolean): Ending => ({
  type: "failed",
  error: { code, message: message.slice(0, 1_000) },
  retryable,
});
