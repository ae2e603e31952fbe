import type { Settled } from "../bulk/settled.ts";
import type { Inspected, Verb } from "../engine/engine.ts";

/** A container as far as the verbs care. */
export interface Standing {
  readonly running: boolean;
  readonly paused: boolean;
  readonly removing: boolean;
  /** The engine's own time of its latest start: only ever compared with another of the same engine. */
  readonly startedAt: string;
}

/** An action that was begun: by an attempt that was cut short, or a moment ago with an unclear end. */
export interface Intent {
  /** When the container had been started last, as seen before acting; undefined when the verb does not need it. */
  readonly startedAt?: string;
}

/** Doing these twice is more than doing them once: whether they happened is seen by the time of the latest start. */
export const UNREPEATABLE: ReadonlySet<Verb> = new Set(["restart", "kill"]);

/** `act`: do it. `watch`: an earlier request may still be at work; look again. */
export type Verdict =
  { readonly to: "act" } | { readonly to: "watch" } | ({ readonly to: "settle" } & Settled);

const ACT: Verdict = { to: "act" };
const WATCH: Verdict = { to: "watch" };
const settle = (outcome: Settled["outcome"], code?: string, message?: string): Verdict => ({
  to: "settle",
  outcome,
  ...(code === undefined ? {} : { code }),
  ...(message === undefined ? {} : { message }),
});

export const standingOf = ({ State }: Inspected): Standing => ({
  // A container between two automatic restarts is not stopped: stopping it ends the restarts.
  running: State.Running || State.Restarting,
  paused: State.Paused,
  removing: (State.Status as string) === "removing",
  startedAt: State.StartedAt,
});

/** The goal is met: by us when it was begun, else it was so already. */
const met = (intent: Intent | undefined): Verdict =>
  intent ? settle("done", "reconciled") : settle("unchanged");

const gone = (verb: Verb, intent: Intent | undefined): Verdict => {
  if (verb === "remove")
    return intent ? settle("done", "reconciled") : settle("unchanged", "gone", "It was gone already.");
  const ends = verb === "stop" || verb === "kill";
  if (ends && intent)
    return settle("done", "removed", "It ended and is gone: a container made with --rm goes when it ends.");
  return settle("skipped", "gone", "It is gone.");
};

const startedSince = (standing: Standing, intent: Intent | undefined): boolean =>
  intent?.startedAt !== undefined && standing.startedAt !== intent.startedAt;

const stopping = (standing: Standing, intent: Intent | undefined): Verdict =>
  standing.running ? ACT : met(intent);

const killing = (standing: Standing, intent: Intent | undefined): Verdict => {
  if (!standing.running) return met(intent);
  // It was killed once and somebody started it again: that is not ours to undo.
  if (startedSince(standing, intent))
    return settle("done", "started-since", "It was killed, and has been started again since.");
  return ACT;
};

const restarting = (standing: Standing, intent: Intent | undefined, alsoStopped: boolean): Verdict => {
  if (intent)
    return startedSince(standing, intent) && standing.running ? settle("done", "reconciled") : WATCH;
  return standing.running || alsoStopped
    ? ACT
    : settle("skipped", "not-running", "It is not running; start it instead.");
};

const starting = (standing: Standing, intent: Intent | undefined): Verdict => {
  if (standing.paused) return settle("skipped", "paused", "It is paused; unpause it instead.");
  return standing.running ? met(intent) : ACT;
};

const pausing = (standing: Standing, intent: Intent | undefined): Verdict => {
  if (standing.paused) return met(intent);
  return standing.running ? ACT : settle("skipped", "not-running", "It is not running.");
};

const removing = (standing: Standing): Verdict => {
  if (standing.removing) return WATCH;
  return standing.running ? settle("skipped", "running", "It is running; stop it first.") : ACT;
};

/**
 * What is to be done about a container, by its goal and not by its call; null stands for one that is gone. `alsoStopped`: a
 * restart is to start it too.
 */
export const judge = (
  verb: Verb,
  standing: Standing | null,
  intent: Intent | undefined,
  alsoStopped = false,
): Verdict => {
  if (standing === null) return gone(verb, intent);
  switch (verb) {
    case "start":
      return starting(standing, intent);
    case "stop":
      return stopping(standing, intent);
    case "kill":
      return killing(standing, intent);
    case "restart":
      return restarting(standing, intent, alsoStopped);
    case "pause":
      return pausing(standing, intent);
    case "unpause":
      return standing.paused ? ACT : met(intent);
    case "remove":
      return removing(standing);
  }
};
