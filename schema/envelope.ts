import type { Actor } from "./actor.ts";
import type { RecordEvent, RecordKind, RecordValue } from "./record.ts";
import type { TaskEvent } from "./task.events.ts";
import type { StatePath } from "./task.evolve.ts";
import type { TaskContext } from "./task.context.ts";

/** SHA-256 (hex) over the exact bytes of a journal message; the first message's predecessor is GENESIS. */
export type Hash = string;
export const GENESIS: Hash = "0".repeat(64);

/** What surrounds every fact on the wire. */
interface EnvelopeBase {
  readonly v: 1;
  /** Unique, also across schedulers. */
  readonly id: string;
  /** RFC 3339, UTC, milliseconds; never decides order: the sequence does. */
  readonly at: string;
  readonly actor: Actor;
  readonly reason: string | null;
  /** Id of the command or report that led to it. */
  readonly cause: string | null;
  /** Number of the scheduler's reign that wrote it. */
  readonly epoch: number;
  /** Hash of the message before it in the journal, and of the same task's fact before it. */
  readonly chain: { readonly stream: Hash; readonly task: Hash | null };
}

/**
 * A fact about one task. `data` is what happened (the chart's event without its type), `patch` the keys of the context
 * it changed, so that any reader folds it without the chart: state = to, context = {...context, ...patch}, and
 * `definition` comes with the first fact. Facts that settle or revive a task carry the whole context.
 */
export interface TaskFact extends EnvelopeBase {
  readonly type: TaskEvent["type"];
  readonly taskId: string;
  /** 1, 2, 3 … within the task, without holes. */
  readonly n: number;
  readonly from: StatePath;
  readonly to: StatePath;
  readonly attempt: number;
  readonly runner: string | null;
  readonly token: string | null;
  /** MACHINE_VERSION of the chart that judged it. */
  readonly machine: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly patch: Partial<TaskContext>;
  readonly whole?: TaskContext;
}

/** A runner came, went, or was declared lost. */
export interface RunnerFact extends EnvelopeBase {
  readonly type: "joined" | "left" | "lost";
  readonly runner: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A scheduler took over. */
export interface EpochFact extends EnvelopeBase {
  readonly type: "epoch";
  readonly data: { readonly version: string };
}

/** Something about a queue, a limit, a schedule, a batch, a template or a pool; `after` is what it is now, null when it is no more. */
export interface RecordFact<K extends RecordKind = RecordKind> extends EnvelopeBase {
  readonly type: RecordEvent<K>["type"];
  readonly about: { readonly kind: K; readonly id: string };
  readonly data: Readonly<Record<string, unknown>>;
  readonly after: RecordValue<K> | null;
}

export type Fact = TaskFact | RunnerFact | EpochFact | RecordFact;

export const isTaskFact = (fact: Fact): fact is TaskFact => "taskId" in fact;
export const isRunnerFact = (fact: Fact): fact is RunnerFact => "runner" in fact && !("taskId" in fact);
export const isRecordFact = (fact: Fact): fact is RecordFact => "about" in fact;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes that are stored, hashed and replayed. */
export const encode = (fact: Fact): Uint8Array => encoder.encode(JSON.stringify(fact));

/** Thrown for bytes that are no fact of a version we know. */
export class UnreadableFact extends Error {
  override readonly name = "UnreadableFact";
}

export const decode = (bytes: Uint8Array): Fact => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(decoder.decode(bytes));
  } catch {
    throw new UnreadableFact("a journal message is not JSON");
  }
  const fact = parsed as Partial<Fact> | null;
  if (fact?.v !== 1 || typeof fact.id !== "string" || typeof fact.type !== "string") {
    throw new UnreadableFact(
      `a journal message has envelope version ${String(fact?.v)}; this release reads version 1`,
    );
  }
  return parsed as Fact;
};

/** The event a task fact records, as the chart knows it. */
export const eventOf = (fact: TaskFact): TaskEvent => ({ ...fact.data, type: fact.type }) as TaskEvent;

/** When work began, where this fact says so: by itself, or with the end of short work; null elsewhere. */
export const startIn = ({ type, at, data }: TaskFact): string | null => {
  if (type === "started") return at;
  return typeof data["startedAt"] === "string" ? data["startedAt"] : null;
};

/** Keys of `after` that differ from `before`, the definition left out. */
export const patchOf = (before: TaskContext, after: TaskContext): Partial<TaskContext> => {
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(after) as (keyof TaskContext)[]) {
    if (key !== "definition" && before[key] !== after[key]) patch[key] = after[key];
  }
  return patch as Partial<TaskContext>;
};
