import { timestamp } from "#infra/clock.ts";
import { missingCapability } from "#schema/policy.ts";
import type { RecordReply, RunnerWish } from "#schema/wishes.ts";
import type { Authority } from "../authority.ts";
import { cordonOf } from "../shared-limits.ts";
import { changeScale } from "./scale.ts";

const sentenceOf = ({ runner, command, by, reason }: RunnerWish): string => {
  const what = command.type === "drain" ? "is being drained" : "is cordoned";
  const why = reason === undefined || reason === "" ? "" : `: ${reason}`;
  return `The runner ${runner} ${what} by ${by.actor.id} and takes nothing new${why}.`;
};

/**
 * Takes a runner out of service, also one that is away, puts it back, or sets how many slots it has; it is a fact, so it
 * outlives restarts of all. A wish that changes nothing is answered without a fact.
 */
export const changeRunner = (authority: Authority, wish: RunnerWish): RecordReply => {
  const { records, runners, journal, clock } = authority;
  const missing = missingCapability(wish.by.capabilities, ["operate"]);
  if (missing) return { ok: false, code: "forbidden", message: `This needs the right "${missing}".` };
  if (!runners.get(wish.runner))
    return { ok: false, code: "unknown-record", message: `There is no runner ${wish.runner.slice(0, 64)}.` };
  if (wish.command.type === "scale") return changeScale(authority, wish, wish.command.slots);
  const id = cordonOf(wish.runner);
  const cause = { by: wish.by.actor, reason: wish.reason ?? null, id: wish.id };
  const before = records.limit.get(id);
  const nothing = { ok: true, id: wish.runner, seq: journal.stored.seq } as const;
  if (wish.command.type === "uncordon") {
    if (!before) return nothing;
    return { ...nothing, seq: records.limit.record(id, { type: "eased" }, null, cause).seq };
  }
  const reason = sentenceOf(wish);
  if (before?.reason === reason) return nothing;
  const after = { id, reached: true, reason, since: before?.since ?? timestamp(clock.now()) };
  return { ...nothing, seq: records.limit.record(id, { type: "reached", reason }, after, cause).seq };
};
