import type { RecordReply, RunnerWish } from "#schema/wishes.ts";
import type { Authority } from "../authority.ts";
import type { Records } from "../records.ts";

/** As a welcome tells a runner. */
export const slotsOf = ({ pool }: Records, runner: string): { readonly slots?: number } => {
  const size = pool.get(runner);
  return size ? { slots: size.slots } : {};
};

/** Keeps how many slots a runner is to have, also over its restarts. A wish that changes nothing is answered without a fact. */
export const changeScale = (
  { records, journal }: Authority,
  { runner, by, id, reason }: RunnerWish,
  slots: number | null,
): Extract<RecordReply, { ok: true }> => {
  const nothing = { ok: true, id: runner, seq: journal.stored.seq } as const;
  if ((records.pool.get(runner)?.slots ?? null) === slots) return nothing;
  const after = slots === null ? null : { id: runner, slots };
  const cause = { by: by.actor, reason: reason ?? null, id };
  return { ...nothing, seq: records.pool.record(runner, { type: "scaled", slots }, after, cause).seq };
};
