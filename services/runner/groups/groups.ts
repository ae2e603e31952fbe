import type { Limits } from "#schema/executor-type.ts";

/** What keeps a runner's attempts in groups of processes: control groups of either version, or nothing but looking. */
export type GroupsKind = "cgroup2" | "cgroup1" | "soft";

/** Where a runner's groups are, as plain data: found out once by the runner, used by its slots too. */
export interface GroupSite {
  readonly kind: GroupsKind;
  /** One sentence for people: what is in force here and what is not. */
  readonly message: string;
  /** The folder of the runner's groups, by controller; version 2 has one for all, named `all`. */
  readonly folders: Readonly<Record<string, string>>;
  /** Controllers that may be used, `cpu`, `memory`, `pids` and `freezer` among them. */
  readonly controllers: readonly string[];
}

/** The processes of one attempt. All of it is quick and none of it throws, `start` apart. */
export interface Group {
  /** True when membership is the kernel's: no process leaves it by forking or forgetting. */
  readonly hard: boolean;
  /** What is started within `spawn` is in the group from its first moment. Throws what `spawn` throws, or when it cannot be entered. */
  start<T>(spawn: () => T): T;
  /** Empty for a soft group, whose processes are only found by their marks. */
  members(): readonly number[];
  /** Resolves true once everything in it stands still; false when this kind of group cannot do that. */
  freeze(): Promise<boolean>;
  thaw(): void;
  /** One round of SIGKILL, also of what is frozen. Gives the number of processes that were there. */
  kill(): number;
  /** A limit it has run into that ends the attempt. */
  exceeded(): "memory" | "pids" | undefined;
  /** Only when nothing is in it any more. */
  remove(): void;
}

export interface Groups {
  readonly kind: GroupsKind;
  /** Puts this process where the runner's slots are. */
  settle(): void;
  /** Makes the group of an attempt. */
  open(attempt: string, limits: Limits): Group;
  /** The group as it is, if it is. */
  at(attempt: string): Group;
  /** Attempts that have groups, also of earlier processes of this runner. */
  names(): string[];
  /** Takes away the runner's own folders; false while something is in them. */
  remove(): boolean;
}

/** Where slots live between attempts: a group beside those of the attempts. */
export const SLOTS = "slots";

/** Share of the host's processors for all background work together. */
export const HOST_SHARE = 0.8;
