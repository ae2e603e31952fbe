import type { Inspected, Verb } from "../engine/engine.ts";
import { type Finding, findingOf } from "./findings.ts";

/** Verbs whose plan looks at more than the state: these end something, and whether it is still the same run matters. */
export const LOOKED_INTO: ReadonlySet<Verb> = new Set(["stop", "kill", "restart", "remove"]);

/** How a container looked when it was planned: its state, and for some verbs its latest start and automatic restarts. */
export const looksOf = (state: string, finding: Finding | undefined): string =>
  finding ? `${state} ${finding.startedAt} ${finding.restarts}` : state;

const UP: ReadonlySet<string> = new Set(["running", "paused", "restarting"]);
export const isUp = (state: string): boolean => UP.has(state);

/** The goal of a verb is met in this state; a restart's and a removal's never is. */
export const isMet = (verb: Verb, state: string): boolean => {
  switch (verb) {
    case "start":
      return state === "running" || state === "restarting";
    case "stop":
    case "kill":
      return !isUp(state);
    case "pause":
      return state === "paused";
    case "unpause":
      return state !== "paused";
    case "restart":
    case "remove":
      return false;
  }
};

interface Then {
  readonly state: string;
  readonly startedAt: string | undefined;
  readonly restarts: number;
}

/** Somebody has started it since: the engine's own restarts by policy do not count. */
const wasStarted = ({ startedAt, restarts }: Then, now: Finding): boolean =>
  startedAt !== undefined && startedAt !== now.startedAt && now.restarts <= restarts;

const cameUpOrDown = (then: Then, state: string): boolean => isUp(then.state) !== isUp(state);

const noLongerFits = (verb: Verb, then: Then, inspected: Inspected): boolean => {
  const state: string = inspected.State.Status;
  // What was so already has been undone since, and not by us: that is for who did it.
  if (isMet(verb, then.state)) return !isMet(verb, state);
  // By whatever way it got there.
  if (isMet(verb, state)) return false;
  switch (verb) {
    case "start":
      return state === "paused" && then.state !== "paused";
    case "remove":
    case "restart":
      return cameUpOrDown(then, state) || wasStarted(then, findingOf(inspected));
    case "pause":
      return cameUpOrDown(then, state);
    case "stop":
    case "kill":
    case "unpause":
      return false;
  }
};

/**
 * One sentence when a container is no longer what the plan said yes to, else null. Changes that bring it to the goal, or
 * leave the action as wanted as it was, do not count: a container restarted by hand is still to be stopped.
 */
export const changedSince = (verb: Verb, looks: string | undefined, inspected: Inspected): string | null => {
  if (looks === undefined) return null;
  const [state = "", startedAt, restarts = "0"] = looks.split(" ");
  const then = { state, startedAt, restarts: Number(restarts) };
  if (!noLongerFits(verb, then, inspected)) return null;
  const now: string = inspected.State.Status;
  return state === now
    ? `It has been started since the plan was made.`
    : `It was ${state} when the plan was made, and is ${now} now.`;
};
