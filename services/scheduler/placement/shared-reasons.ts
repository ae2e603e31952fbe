import { type Clock, timestamp } from "#infra/clock.ts";
import { SCHEDULER } from "#schema/actor.ts";
import type { Register } from "../records.ts";
import { isSaid } from "../shared-limits.ts";

/**
 * Reasons to wait that tasks share. One that lasts is recorded once when it begins and once when it ends, however many
 * wait for it; one that comes and goes within a moment is not worth a fact.
 */
export interface SharedReasons {
  begin(id: string, reason: string): void;
  end(id: string): void;
  /** Reasons that were looked at anew just now: those of them that are not given have ended. */
  look(now: ReadonlyMap<string, string>): void;
  of(id: string): string | undefined;
  /** Records what has lasted and what has ended; answers the milliseconds until the next has lasted, or null. */
  record(): number | null;
}

const LASTING_MS = 500;
export const createSharedReasons = (limits: Register<"limit">, clock: Clock): SharedReasons => {
  const holding = new Map<string, { readonly reason: string; readonly since: number }>();
  /** Not yet recorded, the oldest first. */
  const young = new Set<string>();
  const ended = new Set<string>();
  let looked = new Set<string>();
  /** What is recorded when we last knew it; other changes are the monitor's, or something of ours was not stored. */
  let known = -1;

  const begin = (id: string, reason: string): void => {
    ended.delete(id);
    if (holding.has(id)) return;
    holding.set(id, { reason, since: clock.monotonic() });
    young.add(id);
  };
  const end = (id: string): void => void ended.add(id);

  const ease = (id: string): void => {
    holding.delete(id);
    young.delete(id);
    if (limits.get(id)?.reached) limits.record(id, { type: "eased" }, null, { by: SCHEDULER });
  };

  /** What is recorded as reached though nobody waits for it, by an earlier reign too; and what waits to be. */
  const compare = (): void => {
    for (const { id } of limits.all()) if (!isSaid(id) && !holding.has(id)) ease(id);
    for (const id of holding.keys()) if (!limits.get(id)?.reached) young.add(id);
  };

  /** Those that have lasted; answers the milliseconds until the next has. */
  const recordYoung = (): number | null => {
    for (const id of young) {
      const held = holding.get(id);
      const left = (held?.since ?? 0) + LASTING_MS - clock.monotonic();
      if (left > 0) return left;
      young.delete(id);
      if (!held || limits.get(id)?.reached) continue;
      const since = timestamp(clock.now());
      const { reason } = held;
      limits.record(id, { type: "reached", reason }, { id, reached: true, reason, since }, { by: SCHEDULER });
    }
    return null;
  };

  return {
    begin,
    end,
    look: (now) => {
      for (const [id, reason] of now) begin(id, reason);
      for (const id of looked) if (!now.has(id)) end(id);
      looked = new Set(now.keys());
    },
    of: (id) => holding.get(id)?.reason,
    record: () => {
      if (limits.changes !== known) compare();
      for (const id of ended) ease(id);
      ended.clear();
      const wait = recordYoung();
      known = limits.changes;
      return wait;
    },
  };
};
