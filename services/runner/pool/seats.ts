import type { HeldStatus, SlotStatus } from "#schema/pool.ts";

/** An attempt as the pool sees it. */
export interface Seated {
  readonly taskId: string;
  readonly number: number;
  readonly state: "starting" | "working" | "paused" | "ending";
  /** RFC 3339. */
  readonly since: string;
  readonly pid: number | undefined;
}

/** Gives attempts the numbers of slots, the same for as long as they are at work. */
export interface Seats {
  /** All slots up to `target`, and those beyond that are still in use. `at`: RFC 3339. */
  look(attempts: readonly Seated[], target: number, at: string): SlotStatus[];
}

const lowestFree = (taken: ReadonlyMap<number, unknown>): number => {
  let number = 1;
  while (taken.has(number)) number += 1;
  return number;
};

const withPid = (pid: number | undefined): { readonly pid?: number } => (pid === undefined ? {} : { pid });

export const heldOf = (attempts: readonly Seated[]): HeldStatus[] =>
  attempts
    .filter(({ state }) => state === "paused")
    .map(({ taskId, number, since, pid }) => ({ taskId, attempt: number, since, ...withPid(pid) }));

export const createSeats = (): Seats => {
  /** Task by slot. */
  const seats = new Map<number, string>();
  const idleSince = new Map<number, string>();

  const free = (slot: number, at: string): void => {
    seats.delete(slot);
    idleSince.set(slot, at);
  };

  const statusOf = (slot: number, attempt: Seated | undefined, at: string): SlotStatus => {
    if (!attempt || attempt.state === "paused")
      return { slot, state: "idle", since: idleSince.get(slot) ?? at };
    const { taskId, number, state, since, pid } = attempt;
    return { slot, state, taskId, attempt: number, since, ...withPid(pid) };
  };

  return {
    look: (attempts, target, at) => {
      const working = new Map(
        attempts.filter(({ state }) => state !== "paused").map((attempt) => [attempt.taskId, attempt]),
      );
      for (const [slot, taskId] of seats) if (!working.has(taskId)) free(slot, at);
      const seated = new Set(seats.values());
      for (const taskId of working.keys()) if (!seated.has(taskId)) seats.set(lowestFree(seats), taskId);
      const highest = Math.max(target, ...seats.keys());
      for (const slot of idleSince.keys()) if (slot > highest || seats.has(slot)) idleSince.delete(slot);
      const numbers = Array.from({ length: highest }, (_, index) => index + 1);
      return numbers
        .filter((slot) => slot <= target || seats.has(slot))
        .map((slot) => {
          if (!seats.has(slot) && !idleSince.has(slot)) idleSince.set(slot, at);
          return statusOf(slot, working.get(seats.get(slot) ?? ""), at);
        });
    },
  };
};
