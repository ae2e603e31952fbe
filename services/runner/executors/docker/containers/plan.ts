import type { PlanItem } from "#schema/items.ts";
import type { Listed, Verb } from "../engine/engine.ts";
import { reasonOf } from "./choose.ts";
import { DEFAULT_STOP_S, type Finding } from "./findings.ts";
import { nameOf } from "./inventory.ts";
import { isMet, isUp, looksOf } from "./looks.ts";
import type { ContainersPayload } from "./payload.ts";
import { type Own, protectionOf } from "./protect.ts";
import { stagesOf } from "./stages.ts";

interface Surroundings {
  readonly own: Own;
  /** All containers of the engine: who needs whom shows only in the whole. */
  readonly listed: readonly Listed[];
  /** What a look at each brought, for the verbs whose plans take one. */
  readonly findings: ReadonlyMap<string, Finding>;
}

/** Why a container is left alone. */
interface Left {
  readonly skip: string;
  readonly rule: string;
  /** To keep it from harm, and not because the action is not for it. */
  readonly protects: boolean;
}

/** The engine deletes one made with --rm when it ends; a restart does not count as an end. */
const ENDING: ReadonlySet<Verb> = new Set(["stop", "kill"]);

const left = (rule: string, skip: string, protects = false): Left => ({ rule, skip, protects });

/** What an action is not for; the others are for every state. */
const UNFIT: Partial<Record<Verb, (state: string, alsoStopped: boolean) => Left | undefined>> = {
  start: (state) => (state === "paused" ? left("paused", "It is paused; unpause it instead.") : undefined),
  restart: (state, alsoStopped) =>
    isUp(state) || alsoStopped ? undefined : left("not-running", "It is not running; start it instead."),
  pause: (state) => (isUp(state) ? undefined : left("not-running", "It is not running.")),
  remove: (state) => (isUp(state) ? left("running", `It is ${state}; stop it first.`, true) : undefined),
};

const unfit = ({ action, alsoStopped = false }: ContainersPayload, state: string): Left | undefined =>
  state === "removing" && action !== "remove"
    ? left("removing", "It is being removed.")
    : UNFIT[action]?.(state, alsoStopped);

const notesOf = (action: Verb, state: string, finding: Finding | undefined): string[] => {
  const notes: string[] = [];
  if (isMet(action, state)) notes.push(`Nothing to do: it is ${state}.`);
  if (ENDING.has(action) && finding?.autoRemove === true)
    notes.push("Made with --rm: stopping it deletes it and its anonymous volumes.");
  const seconds = finding?.stopSeconds ?? DEFAULT_STOP_S;
  if ((action === "stop" || action === "restart") && isUp(state) && seconds !== DEFAULT_STOP_S)
    notes.push(`It is given ${seconds} s to end by itself.`);
  return notes;
};

/** The chosen containers by full id, each with what becomes of it and why, in stages where they depend on each other. */
export const planItems = (
  payload: ContainersPayload,
  chosen: readonly Listed[],
  { own, listed, findings }: Surroundings,
): PlanItem[] => {
  const { action } = payload;
  const protectedBy = (container: Listed): Left | undefined => {
    const why = protectionOf(container.Id, container.Labels ?? {}, own);
    return why === null ? undefined : left("protected", why, true);
  };
  const judged = chosen.map((container) => ({
    container,
    finding: findings.get(container.Id),
    leaves: protectedBy(container) ?? unfit(payload, container.State),
  }));
  const acted = judged.filter(({ leaves }) => leaves === undefined).map(({ container }) => container);
  const stages = stagesOf(action, acted, listed);
  const reason = reasonOf(payload);
  return judged.map(({ container, finding, leaves }): PlanItem => {
    const { Id: id, State: state, Created } = container;
    const createdAt = new Date(Created * 1_000).toISOString();
    const about = { kind: "container" as const, id, name: nameOf(container), createdAt };
    if (leaves) {
      const { skip, rule, protects } = leaves;
      return { ...about, skip, rule, protected: protects };
    }
    const notes = notesOf(action, state, finding);
    const stage = stages.get(id) ?? 0;
    return {
      ...about,
      ...reason,
      looks: looksOf(state, finding),
      ...(notes.length === 0 ? {} : { note: notes.join(" ") }),
      ...(stage === 0 ? {} : { stage }),
    };
  });
};
