import { totalBytes, underBudget } from "./budget.ts";
import { observedNote, usedSince } from "./last-used.ts";
import { lookedAt } from "./looks.ts";
import type { VolumesPrune } from "./payload.ts";
import { agesOf, type Ages, isInScope, type Rules } from "./rules.ts";
import { type SeenVolume, type Survey, timeOf } from "./seen.ts";
import { projectMate, unusedWords, usedByWords, type Users } from "./users.ts";
import { act, guarded, type Judged, kept, recent, type Verdict, younger } from "./verdict.ts";

export type VolumeRules = Pick<VolumesPrune, "which" | "names" | "olderThan" | "keepUnder">;

interface Judging {
  readonly survey: Survey;
  readonly rules: Rules;
  readonly ages: Ages;
  readonly wanted: VolumeRules;
  readonly users: Users;
}

/** Who holds it, or that nobody knows: the engine also counts what no container of its listing shows. */
const held = ({ name, users: counted }: SeenVolume, users: Users): Verdict | undefined => {
  const using = users.stay.volumes.get(name);
  if (using) return kept("in-use", usedByWords(using));
  if (counted === null) return kept("unknown-use", "The engine does not say whether anything uses it.");
  const leaving = users.leave.volumes.get(name)?.length ?? 0;
  if (counted > leaving) return kept("in-use", `The engine counts ${counted} in use of it.`);
  return undefined;
};

const foreign = ({ driver, hasOptions }: SeenVolume): Verdict | undefined => {
  if (driver !== "local")
    return kept("driver", `The driver "${driver}" keeps it, perhaps for other hosts too.`);
  return hasOptions
    ? kept("driver-options", "It is mounted from elsewhere by its driver's options.")
    : undefined;
};

const byAge = (
  { createdAt }: SeenVolume,
  lastUsedAt: number | null,
  { survey: { now, uses, volumeUsesUntold }, rules: { graceMs }, ages }: Judging,
): Verdict | undefined => {
  const moment = { now, graceMs };
  if (ages.lastUsed !== undefined && volumeUsesUntold)
    return kept("never-observed", "This engine does not tell when a volume is used, so it may have been.");
  return (
    recent(moment, createdAt, "made") ??
    recent(moment, lastUsedAt, "used") ??
    younger(now, createdAt, ages.created, "made") ??
    usedSince(now, { lastUsedAt, madeAt: createdAt }, { uses, wanted: ages.lastUsed })
  );
};

const spared = (volume: SeenVolume, { survey, rules, wanted, users }: Judging): Verdict | undefined => {
  const { name, labels, anonymous } = volume;
  const guard =
    guarded({ id: name, labels, names: [name] }, rules, survey.own) ?? foreign(volume) ?? held(volume, users);
  if (guard) return guard;
  if (!anonymous && wanted.which !== "all" && wanted.names?.includes(name) !== true)
    return kept("named", "It has a name, and only anonymous volumes are asked for.");
  const mate = projectMate(users, labels);
  return (
    mate &&
    kept("compose", `It belongs to the project "${mate.project}", whose container ${mate.name} stays.`)
  );
};

const ASK = "It has a name and may hold data: it goes only after a yes that names it.";

const judge = (volume: SeenVolume, lastUsedAt: number | null, judging: Judging): Verdict => {
  const { name } = volume;
  const { survey, wanted, users } = judging;
  const stays = spared(volume, judging) ?? byAge(volume, lastUsedAt, judging);
  if (stays) return stays;
  const observed = observedNote(survey.uses, lastUsedAt);
  const note = observed === undefined ? {} : { note: observed };
  const unused = unusedWords(users.leave.volumes.get(name) ?? []);
  if (volume.anonymous) return act("anonymous", `It has no name. ${unused}`, note);
  return wanted.names?.includes(name) === true
    ? act("named", `It was asked for by its name. ${unused}`, note)
    : act("unused", unused, { ...note, ask: ASK });
};

/** Every volume; what is not known to be unused stays. */
export const planVolumes = (
  survey: Survey,
  rules: Rules,
  { wanted, users }: { readonly wanted: VolumeRules; readonly users: Users },
): readonly Judged[] => {
  const judging: Judging = { survey, rules, ages: agesOf(wanted.olderThan), wanted, users };
  const judged = survey.volumes
    .filter(({ name, labels }) => isInScope(rules, name, labels))
    .map((volume): Judged => {
      const { name } = volume;
      const lastUsedAt = timeOf(survey.uses.volumes.get(name));
      return {
        thing: {
          kind: "volume",
          id: name,
          name,
          bytes: volume.bytes,
          createdAt: volume.createdAt,
          lastUsedAt,
          usedBy: users.stay.volumes.get(name) ?? users.leave.volumes.get(name) ?? [],
          looks: lookedAt(volume.looks, survey.now),
        },
        verdict: judge(volume, lastUsedAt, judging),
      };
    });
  return underBudget(judged, totalBytes(judged), wanted.keepUnder);
};
