import { totalBytes } from "./budget.ts";
import { imagesUnderBudget } from "./image-budget.ts";
import { basesOfKept, type Family, familyOf, generations } from "./image-family.ts";
import { madeAt, newestOfEach } from "./keep-last.ts";
import { observedNote, usedSince } from "./last-used.ts";
import { lookedAt } from "./looks.ts";
import type { ImagesPrune } from "./payload.ts";
import { agesOf, type Ages, isInScope, namesOfTag, patternFor, type Rules } from "./rules.ts";
import { type SeenImage, type Survey, timeOf } from "./seen.ts";
import { unusedWords, usedByWords, type Users } from "./users.ts";
import { act, guarded, type Judged, kept, left, recent, type Verdict, younger } from "./verdict.ts";

export type ImageRules = Pick<ImagesPrune, "which" | "olderThan" | "keepLast" | "keep" | "keepUnder">;

interface Judging {
  readonly survey: Survey;
  readonly rules: Rules;
  readonly ages: Ages;
  readonly wanted: ImageRules;
  readonly users: Users;
  readonly newest: ReadonlyMap<string, string>;
}

const shortOf = (id: string): string => id.replace("sha256:", "").slice(0, 12);
const nameOf = ({ id, tags, digests }: SeenImage): string =>
  tags[0] ?? digests[0]?.replace(/@sha256:.*/, `@${shortOf(id)}`) ?? shortOf(id);

const namesOf = ({ tags, digests }: SeenImage): string[] => [
  ...tags.flatMap(namesOfTag),
  ...digests.flatMap((digest) => namesOfTag(digest.slice(0, digest.indexOf("@")))),
];

const byKeeping = (image: SeenImage, { wanted, newest }: Judging): Verdict | undefined => {
  const pattern = patternFor(namesOf(image), wanted.keep ?? []);
  if (pattern !== undefined) return kept("keep", `It matches "${pattern}", which is to be kept.`);
  const repository = newest.get(image.id);
  return repository === undefined
    ? undefined
    : kept("keep-last", `It is among the newest ${wanted.keepLast ?? 0} of ${repository}.`);
};

const judge = (image: SeenImage, lastUsedAt: number | null, judging: Judging): Verdict => {
  const { survey, rules, ages, wanted, users } = judging;
  const { now, own, uses } = survey;
  const guard = guarded({ id: image.id, labels: image.labels, names: namesOf(image) }, rules, own);
  if (guard) return guard;
  const using = users.stay.images.get(image.id);
  if (using) return kept("in-use", usedByWords(using));
  const made = madeAt(image);
  const moment = { now, graceMs: rules.graceMs };
  const spared =
    recent(moment, made, "made or fetched") ??
    recent(moment, lastUsedAt, "used") ??
    byKeeping(image, judging);
  if (spared) return spared;
  if (wanted.which !== "unused" && image.tags.length > 0)
    return left("tagged", "It has a tag, and only images without one are asked for.");
  const young =
    younger(now, made, ages.created, "made or fetched") ??
    usedSince(now, { lastUsedAt, madeAt: made }, { uses, wanted: ages.lastUsed });
  if (young) return young;
  const observed = observedNote(uses, lastUsedAt);
  const unused = unusedWords(users.leave.images.get(image.id) ?? []);
  return act(
    image.tags.length === 0 ? "dangling" : "unused",
    image.tags.length === 0 ? `It has no tag. ${unused}` : unused,
    observed === undefined ? {} : { note: observed },
  );
};

const withBases = (judged: readonly Judged[], images: readonly SeenImage[], family: Family): Judged[] => {
  const bases = basesOfKept(images, goingOf(judged), family);
  return judged.map((one) => {
    const child = bases.get(one.thing.id);
    return child
      ? { ...one, verdict: kept("base-image", `It is the base of ${nameOf(child)}, which stays.`) }
      : one;
  });
};

const goingOf = (judged: readonly Judged[]): Set<string> =>
  new Set(judged.filter(({ verdict }) => verdict.does === "act").map(({ thing }) => thing.id));

/** Every image but those in between, which go with their last child. */
export const planImages = (
  survey: Survey,
  rules: Rules,
  { wanted, users }: { readonly wanted: ImageRules; readonly users: Users },
): readonly Judged[] => {
  const { images } = survey;
  const family = familyOf(images);
  const newest = newestOfEach(images, wanted.keepLast ?? 0);
  const judging: Judging = { survey, rules, ages: agesOf(wanted.olderThan), wanted, users, newest };
  const inScope = images.filter(
    (image) => !family.isBetween(image) && isInScope(rules, image.id, image.labels),
  );
  const judged = inScope.map((image): Judged => {
    const lastUsedAt = timeOf(survey.uses.images.get(image.id));
    return {
      thing: {
        kind: "image",
        id: image.id,
        name: nameOf(image),
        bytes: image.bytes,
        createdAt: image.createdAt,
        lastUsedAt,
        usedBy: users.stay.images.get(image.id) ?? users.leave.images.get(image.id) ?? [],
        looks: lookedAt(image.looks, survey.now),
      },
      verdict: judge(image, lastUsedAt, judging),
    };
  });
  const total = rules.only === undefined ? survey.layersBytes : totalBytes(judged);
  const candidates = wanted.keepUnder === undefined ? judged : withBases(judged, images, family);
  const budget = { images, family, total, isOfAll: rules.only === undefined };
  const chosen = withBases(imagesUnderBudget(candidates, wanted.keepUnder, budget), images, family);
  const stages = generations(images, goingOf(chosen), family);
  return chosen.map(({ thing, verdict }) => ({
    verdict,
    thing: { ...thing, stage: stages.get(thing.id) ?? 0 },
  }));
};
