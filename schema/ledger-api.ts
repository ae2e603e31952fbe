/** The HTTP contract of what was done: a task's items, the ledger across tasks, undo, and a host's history. */
import Type, { type Static } from "typebox";
import type { Actor } from "./actor.ts";
import type { TaskSummary } from "./api.ts";
import type { DiskReport } from "./host-api.ts";
import { ITEM_KINDS, ITEM_OUTCOMES, type ItemKind, type ItemOutcome, type Plan } from "./items.ts";
import { moment } from "./moment.ts";

const strict = { additionalProperties: false } as const;

/** Several of them, comma separated. */
const listOf = (words: readonly string[], description: string) =>
  Type.Optional(
    Type.String({
      pattern: `^(?:${words.join("|")})(?:,(?:${words.join("|")})){0,${words.length - 1}}$`,
      description: `${description}, comma separated: ${words.join(", ")}.`,
    }),
  );

const Kinds = listOf(ITEM_KINDS, "Kinds");

const itemFilters = {
  outcome: listOf([...ITEM_OUTCOMES, "open"], "Outcomes; `open` has none yet"),
  kind: Kinds,
  text: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: "Part of the name, or the beginning of the id.",
    }),
  ),
};

export const ItemFilter = Type.Object(itemFilters, strict);
export type ItemFilter = Static<typeof ItemFilter>;

export const ItemsQuery = Type.Object(
  {
    ...itemFilters,
    after: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
  },
  strict,
);
export type ItemsQuery = Static<typeof ItemsQuery>;

/** Items of one kind that stand alike; `outcome` null: nothing became of them yet. Bytes as far as they are known. */
export interface ItemTotal {
  readonly kind: ItemKind | null;
  readonly outcome: ItemOutcome | null;
  readonly count: number;
  readonly bytes: number;
  readonly freed: number;
}

export interface ItemsSummary {
  readonly count: number;
  readonly freed: number;
  readonly totals: readonly ItemTotal[];
  readonly asOf: number;
}

const ledgerFilters = {
  id: Type.Optional(
    Type.String({
      pattern: "^[A-Za-z0-9:_.-]{1,200}$",
      description: "An item's id or the beginning of it; `sha256:` may be left out.",
    }),
  ),
  text: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: "Part of the item's name, or the beginning of its id.",
    }),
  ),
  kind: Kinds,
  outcome: listOf(
    ITEM_OUTCOMES.filter((outcome) => outcome !== "begun"),
    "Outcomes",
  ),
  host: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  task: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: "Only what this task did." })),
  from: Type.Optional(moment("Then or later.")),
  to: Type.Optional(moment("Before.")),
};

export const LedgerFilter = Type.Object(ledgerFilters, strict);
export type LedgerFilter = Static<typeof LedgerFilter>;

export const LedgerQuery = Type.Object(
  {
    ...ledgerFilters,
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    cursor: Type.Optional(Type.String({ pattern: "^\\d{1,15}\\.\\d{1,9}$" })),
  },
  strict,
);
export type LedgerQuery = Static<typeof LedgerQuery>;

/** The most rows one export of the ledger holds; the newest of what was asked for. */
export const LEDGER_EXPORT_MOST = 100_000;

/** Something that was done to something, or tried, or left. */
export interface LedgerRow {
  /** Journal sequence of the fact that told it. */
  readonly seq: number;
  readonly at: string;
  readonly id: string;
  readonly name: string;
  readonly kind: ItemKind | null;
  readonly outcome: Exclude<ItemOutcome, "begun">;
  readonly code: string | null;
  readonly message: string | null;
  readonly ms: number | null;
  /** What it took on disk as the plan knew it. */
  readonly bytes: number | null;
  /** Bytes it gave back on disk. */
  readonly freed: number | null;
  /** What the engine said. */
  readonly answer: string | null;
  readonly host: string | null;
  /** The engine's own id. */
  readonly engine: string | null;
  readonly attempt: number;
  readonly task: {
    readonly id: string;
    readonly name: string;
    readonly type: string;
    /** What it was asked to do, where its type knows several things: `stop`, `remove`. */
    readonly action: string | null;
    readonly submittedBy: Actor;
  };
}

/** A task's plan as it is stored, and what a yes to it names. */
export interface TaskPlan extends Plan {
  readonly number: number;
  /** SHA-256 (hex). Absent in older journals. */
  readonly hash?: string;
}

export const PlanQuery = Type.Object(
  { download: Type.Optional(Type.Union([Type.Boolean(), Type.Literal("")])) },
  { ...strict, description: "With `download` the answer is a file to keep." },
);
export type PlanQuery = Static<typeof PlanQuery>;

/** Disk use as a `docker.disk-usage` task found it, all kinds together. Bytes. */
export interface DiskPoint {
  readonly at: string;
  readonly bytes: number;
  readonly reclaimable: number;
}

export interface HostDisk {
  readonly latest: DiskReport | null;
  /** The task that found it. */
  readonly task: string | null;
  /** Oldest first, at most 90. */
  readonly trend: readonly DiskPoint[];
}

export const HostRunsQuery = Type.Object(
  { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })) },
  strict,
);

/** A maintenance task of a host, and what it gave back on disk so far. */
export interface HostRun extends TaskSummary {
  readonly freed: number;
}

export const UndoBody = Type.Object(
  {
    reason: Type.Optional(
      Type.String({ maxLength: 200, description: "Why; kept as the label longshore.reason." }),
    ),
  },
  strict,
);
export type UndoBody = Static<typeof UndoBody>;
