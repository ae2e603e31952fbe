import { LABELS } from "../run/labels.ts";
import { totalBytes, underBudget } from "./budget.ts";
import type { ContainersPrune } from "./payload.ts";
import { agesOf, type Ages, isInScope, type Rules } from "./rules.ts";
import type { SeenContainer, Survey } from "./seen.ts";
import { act, guarded, type Judged, kept, left, recent, type Verdict, younger } from "./verdict.ts";

export type ContainerRules = Pick<
  ContainersPrune,
  "olderThan" | "neverStarted" | "withVolumes" | "keepUnder"
>;

interface Judging {
  readonly survey: Survey;
  readonly rules: Rules;
  readonly ages: Ages;
  readonly wanted: ContainerRules;
}

const spared = (container: SeenContainer, { survey, rules }: Judging): Verdict | undefined => {
  const { id, name, labels, state, createdAt, endedAt } = container;
  if (LABELS.attempt in labels) return kept("own-run", "A task of Longshore runs in it.");
  const guard = guarded({ id, labels, names: [name] }, rules, survey.own);
  if (guard) return guard;
  if (state === "removing") return left("removing", "It is being removed already.");
  if (state !== "created" && state !== "exited" && state !== "dead") return kept("in-use", `It is ${state}.`);
  const moment = { now: survey.now, graceMs: rules.graceMs };
  return recent(moment, createdAt, "made") ?? recent(moment, endedAt, "running until");
};

const young = ({ createdAt, endedAt }: SeenContainer, { survey, ages }: Judging): Verdict | undefined =>
  younger(survey.now, createdAt, ages.created, "made") ??
  younger(survey.now, endedAt ?? createdAt, ages.stopped, "running until");

const volumesNote = ({ anonymousVolumes: count }: SeenContainer): { note?: string } =>
  count === 0
    ? {}
    : { note: `Its ${count === 1 ? "anonymous volume goes" : `${count} anonymous volumes go`} with it.` };

const judge = (container: SeenContainer, judging: Judging): Verdict => {
  const { wanted } = judging;
  const stays = spared(container, judging);
  if (stays) return stays;
  if (container.state === "created" && wanted.neverStarted !== true)
    return left("never-started", "It was never started, and those are not asked for.");
  const tooYoung = young(container, judging);
  if (tooYoung) return tooYoung;
  const note = wanted.withVolumes === true ? volumesNote(container) : {};
  return container.state === "created"
    ? act("never-started", "It was never started.", note)
    : act("stopped", "It is not running.", note);
};

/** Every container that is no longer in use; never a running one. */
export const planContainers = (survey: Survey, rules: Rules, wanted: ContainerRules): readonly Judged[] => {
  const judging: Judging = { survey, rules, ages: agesOf(wanted.olderThan), wanted };
  const judged = survey.containers
    .filter(({ id, labels }) => isInScope(rules, id, labels))
    .map((container): Judged => ({
      thing: {
        kind: "container",
        id: container.id,
        name: container.name,
        bytes: container.bytes,
        createdAt: container.createdAt,
        lastUsedAt: container.endedAt,
        looks: container.looks,
      },
      verdict: judge(container, judging),
    }));
  return underBudget(judged, totalBytes(judged), wanted.keepUnder);
};
