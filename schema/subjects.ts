/** Every subject, stream and bucket, in one place; none is spelt elsewhere. */
import type { Fact } from "./envelope.ts";
import { isRecordFact, isRunnerFact, isTaskFact } from "./envelope.ts";

export const JOURNAL = "JOURNAL";
export const TELEMETRY = "TELEMETRY";
/** Key-value bucket of tokens, sessions and login links. */
export const ACCESS = "ACCESS";
/** Object store of payloads, plans, task checkpoints and results too large for a fact. */
export const OBJECTS = "OBJECTS";
/** Key-value bucket of who leads; its entries run out by the bucket's age limit. */
export const LEASE_BUCKET = "LEASE";
/** Object store of what the journal folds to, so that a start need not read all of it. */
export const CHECKPOINTS = "CHECKPOINTS";

export const JOURNAL_SUBJECTS = [
  "task.>",
  "schedule.>",
  "queue.>",
  "limit.>",
  "batch.>",
  "template.>",
  "pool.>",
  "runner.>",
  "scheduler.>",
] as const;
export const TELEMETRY_SUBJECTS = ["telemetry.>"] as const;

/** Stored facts are heard again under this prefix, after they are durable. */
export const LIVE_PREFIX = "live.";

export const HEADER = { taskId: "Task-Id", hash: "Longshore-Hash" } as const;

/**
 * task.<queue>.<fact>.<runner|none> · runner.<fact>.<runner> · queue.<queue>.<fact> · limit|schedule|batch|template|pool.<fact>
 * · scheduler.epoch
 */
export const subjectOf = (fact: Fact, queue: string): string => {
  if (isTaskFact(fact)) return `task.${queue}.${fact.type}.${fact.runner ?? "none"}`;
  if (isRunnerFact(fact)) return `runner.${fact.type}.${fact.runner}`;
  if (isRecordFact(fact)) {
    const { kind, id } = fact.about;
    return kind === "queue" ? `queue.${id}.${fact.type}` : `${kind}.${fact.type}`;
  }
  return "scheduler.epoch";
};

/** All facts addressed to one runner, in order. */
export const inboxOf = (runner: string): string => `task.*.*.${runner}`;

/** `ping` asks only whether a scheduler answers, `why` why a task waits; neither changes anything. */
export type CommandVerb =
  "submit" | "submit-many" | "task" | "queue" | "schedule" | "batch" | "template" | "runner" | "why" | "ping";
export const commandSubject = (verb: CommandVerb): string => `command.${verb}`;
export const COMMANDS = "command.>";

/** `submit` and `results` are asked by a running attempt: for a child task, and for what the tasks before it left. */
export type ReportKind =
  "hello" | "lease" | "goodbye" | "attempt" | "attempts" | "submit" | "results" | "pressure" | "stall";
export const reportSubject = (reporter: string, kind: ReportKind): string => `report.${reporter}.${kind}`;
export const REPORTS = "report.>";

export type TelemetryKind = "progress" | "log" | "sample" | "engine" | "use";
export const telemetrySubject = (kind: TelemetryKind, source: string): string =>
  `telemetry.${kind}.${source}`;

/** Questions answered by the service that knows: which hosts a runner reaches and what is on them, what the metrics are. */
export type QueryNoun = "hosts" | "inventory" | "metrics" | PoolVerb;
/** `pool` asks how a runner's slots stand; the others change it and answer the same. */
export type PoolVerb = "pool" | "scale" | "cordon" | "uncordon" | "drain";
export const querySubject = (source: string, noun: QueryNoun): string => `query.${source}.${noun}`;
