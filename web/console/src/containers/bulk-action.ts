import type { ContainerRow } from "#schema/api.ts";

export const ACTIONS = ["start", "stop", "restart", "pause", "unpause", "kill", "remove"] as const;
export type BulkAction = (typeof ACTIONS)[number];

interface Manner {
  /** Which states of a container the action means something in. */
  readonly on: readonly string[];
  /** Why a container of another state is left out. */
  readonly otherwise: string;
  readonly past: string;
  /** What a person should know before saying yes. */
  readonly words: string;
  /** Needs a deliberate yes beyond the button. */
  readonly grave: boolean;
  /** A container started with --rm is deleted by its engine when it ends. */
  readonly ends: boolean;
}

const RESTING = ["created", "exited"];
const UP = ["running", "restarting"];

export const MANNERS: Record<BulkAction, Manner> = {
  start: { on: RESTING, otherwise: "not stopped", past: "started", words: "", grave: false, ends: false },
  stop: {
    on: [...UP, "paused"],
    otherwise: "not running",
    past: "stopped",
    words: "Each gets its own stop signal and its own time to end before it is killed.",
    grave: false,
    ends: true,
  },
  restart: {
    on: [...UP, "paused"],
    otherwise: "not running: start them instead",
    past: "restarted",
    words: "Each gets its own stop signal and its own time to end.",
    grave: false,
    ends: true,
  },
  pause: {
    on: ["running"],
    otherwise: "not running",
    past: "paused",
    words: "Their processes are frozen, memory is kept.",
    grave: false,
    ends: false,
  },
  unpause: {
    on: ["paused"],
    otherwise: "not paused",
    past: "unpaused",
    words: "",
    grave: false,
    ends: false,
  },
  kill: {
    on: [...UP, "paused"],
    otherwise: "not running",
    past: "killed",
    words: "They end at once, without a chance to save anything.",
    grave: true,
    ends: true,
  },
  remove: {
    on: [...RESTING, "dead"],
    otherwise: "still running: stop them first",
    past: "removed",
    words: "The containers and what was written inside them are gone for good. Named volumes are kept.",
    grave: true,
    ends: false,
  },
};

export interface LeftOut {
  readonly row: ContainerRow;
  readonly why: string;
}

/** Who will be acted on, who is left alone and why, and who disappears by being stopped. */
export interface Preview {
  readonly chosen: readonly ContainerRow[];
  readonly left: readonly LeftOut[];
  readonly vanishing: readonly ContainerRow[];
}

export const previewOf = (action: BulkAction, rows: readonly ContainerRow[]): Preview => {
  const manner = MANNERS[action];
  const chosen: ContainerRow[] = [];
  const left: LeftOut[] = [];
  for (const row of rows) {
    if (row.protected !== null) left.push({ row, why: row.protected });
    else if (!manner.on.includes(row.state)) left.push({ row, why: manner.otherwise });
    else chosen.push(row);
  }
  return { chosen, left, vanishing: manner.ends ? chosen.filter(({ autoRemove }) => autoRemove) : [] };
};
