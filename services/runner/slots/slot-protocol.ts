/** What the runner and a slot's host process say to each other over their IPC channel. */
import type { Isolation, Limits } from "#schema/executor-type.ts";
import type { Approval, ItemCounts, ItemResult, Plan } from "#schema/items.ts";
import type { PauseWay } from "#schema/task.definition.ts";
import type { GroupSite } from "../groups/groups.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import type { Ending, FirstResult, MeasuredStep, Settings } from "../executor.ts";

/** Work for a slot, every stored value loaded. */
export interface Job {
  readonly taskId: string;
  readonly name: string;
  readonly type: string;
  /** URL of the module that exports its executor. */
  readonly module: string;
  /** Who runs it: the slot's own loop, its worker thread, or a process made for it. */
  readonly host: "slot" | "thread" | "process";
  readonly pause: PauseWay;
  /** How long after it is told to end its slot is killed; null when whoever runs it sees to that. */
  readonly graceMs: number | null;
  /** Where its work is, whoever begins it: of a "process" the slot only hears; a "container" outlives the slot. */
  readonly isolation: Isolation | undefined;
  readonly repeatable: boolean;
  readonly limits: Limits;
  readonly payload: unknown;
  /** Null before there is a plan. */
  readonly plan: Plan | null;
  /** There is a plan, or somebody counts on one to be made first: a type that makes none may not run this. */
  readonly mustPlan: boolean;
  /** What the yes to that plan said, when it took one. */
  readonly approval: Approval | null;
  readonly marks: string;
  readonly counts: ItemCounts;
  readonly checkpoint: unknown;
  readonly settings: Settings;
  /** Environment the attempt's processes carry. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Modules (URLs) that are loaded ahead of the first job, in the slot's own loop and in its worker thread. */
export interface Ahead {
  readonly modules: readonly string[];
  readonly inThread: readonly string[];
}

/** A message to or from one of several jobs that share a process; the runner numbers them. */
export interface Parcel<M> {
  readonly job: number;
  readonly message: M;
}

export type ToSlot =
  | { readonly kind: "parcels"; readonly parcels: readonly Parcel<ToSlot>[] }
  /** Imports what is most likely needed, so that the first job need not wait for it. */
  | ({ readonly kind: "prepare"; readonly groups: GroupSite } & Ahead)
  /** Imports a module and says what it declares: no work follows. */
  | { readonly kind: "examine"; readonly module: string }
  | { readonly kind: "begin"; readonly job: Job }
  | { readonly kind: "cancel" }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  /** The scheduler has recorded the report with this id. */
  | { readonly kind: "recorded"; readonly id: number }
  /** The scheduler will not record it; why, in one sentence. */
  | { readonly kind: "not-recorded"; readonly id: number; readonly message: string }
  | { readonly kind: "answered"; readonly id: number; readonly answer: Answer };

/** What a slot wants recorded before it goes on. */
export type ToRecord =
  | { readonly type: "items-recorded"; readonly items: readonly ItemResult[] }
  | { readonly type: "checkpointed"; readonly checkpoint: unknown }
  | { readonly type: "host-lost"; readonly message: string }
  | { readonly type: "host-back" };

/** What work asks of the scheduler: to take in a task of its own, and for what the tasks before it left. */
export type Question =
  | { readonly type: "submit"; readonly task: SubmitBody; readonly key: string }
  | { readonly type: "results"; readonly from: number };

/** `next`: where to ask on from, null at the end. */
export type Answer =
  | { readonly type: "submit"; readonly taskId: string }
  | { readonly type: "results"; readonly results: readonly FirstResult[]; readonly next: number | null }
  | { readonly type: "refused"; readonly code: string; readonly message: string };

export interface LogPiece {
  readonly stream: "stdout" | "stderr" | "system";
  readonly text: string;
  readonly dropped?: number;
}

export type FromSlot =
  | { readonly kind: "parcels"; readonly parcels: readonly Parcel<FromSlot>[] }
  /** `declared` as JSON, or why there is none. */
  | { readonly kind: "examined"; readonly declared: string }
  | { readonly kind: "not-examined"; readonly message: string }
  | { readonly kind: "progress"; readonly step: MeasuredStep }
  | ({ readonly kind: "log" } & LogPiece)
  | { readonly kind: "record"; readonly id: number; readonly body: ToRecord }
  | { readonly kind: "ask"; readonly id: number; readonly question: Question }
  | { readonly kind: "frozen" }
  | { readonly kind: "ended"; readonly ending: Ending };
