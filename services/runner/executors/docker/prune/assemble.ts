import { PLAN_LIMIT, type PlanItem } from "#schema/items.ts";
import { itemOf, type Judged } from "./verdict.ts";

/** More is to be removed than one plan may hold. */
export class TooMany extends Error {
  override readonly name = "TooMany";
  constructor(count: number) {
    super(
      `${count} things would be removed; one task may hold ${PLAN_LIMIT}. Restrict it, or raise the ages.`,
    );
  }
}

const words = new Intl.Collator("en", { numeric: true });

/** By stage and name; the order of the build cache is the order in which it can go. */
const inOrder = (a: Judged, b: Judged): number =>
  (a.thing.stage ?? 0) - (b.thing.stage ?? 0) ||
  (a.thing.kind === "build-cache" ? 0 : words.compare(a.thing.name, b.thing.name));

/** The plan's items, what is acted on first; of the rest as many as fit, the last one saying how many do not. Throws TooMany. */
export const assemble = (judged: readonly Judged[]): PlanItem[] => {
  const acts = judged.filter(({ verdict }) => verdict.does === "act").toSorted(inOrder);
  if (acts.length > PLAN_LIMIT) throw new TooMany(acts.length);
  const rest = judged.filter(({ verdict }) => verdict.does !== "act").toSorted(inOrder);
  const fitting = rest.slice(0, PLAN_LIMIT - acts.length).map(itemOf);
  const missing = rest.length - fitting.length;
  const last = fitting.at(-1);
  if (missing > 0 && last)
    fitting.splice(-1, 1, { ...last, note: `${missing} more are left alone and not listed here.` });
  return [...acts.map(itemOf), ...fitting];
};
