import type { TaskFact } from "#schema/envelope.ts";
import { eventOf } from "#schema/envelope.ts";
import type { AttemptReportBody } from "#schema/reports.ts";
import type { Work } from "#schema/task.events.ts";
import { assignedBy } from "#schema/task.work.ts";
import type { Assignment } from "./assignment.ts";
import { type Attempt, type AttemptGround, openAttempt } from "./attempt.ts";
import type { Seated } from "../pool/seats.ts";
import { createReporter } from "./reporter.ts";
import type { Watched } from "../use/watched.ts";

/** Facts that end an attempt; with a token we hold and not our own doing, its work must end too. */
const ENDS: ReadonlySet<TaskFact["type"]> = new Set([
  "attempt-lost",
  "attempt-failed",
  "expired",
  "cancelled",
  "withdrawn",
  "completed",
]);

/** An `assigned` fact, as far as it matters here. */
export interface Offer {
  readonly taskId: string;
  readonly attempt: number;
  readonly token: string;
  readonly deadlineAt: string | null;
  readonly work: Work;
}

export interface Attempts {
  /** Takes in one fact addressed to this runner. */
  hear(fact: TaskFact): void;
  readonly count: number;
  /** Ends all work at once and forgets it. */
  killAll(): Promise<void>;
  /** All that it holds, in the order it came. */
  seated(): Seated[];
  /** The same, as what looks at their use sees it. */
  watched(): Watched[];
  /** Has all work that knows checkpoints let go at its next one. */
  handOver(): void;
  /** From now on every assignment is refused. */
  close(): void;
  /** Resolves when nothing is at work; what is paused in place does not count. */
  idle(): Promise<void>;
}

interface Options extends Omit<AttemptGround, "over"> {
  readonly limit: number;
  /** Does this runner have an executor for it? */
  does(type: string): boolean;
  /** Why no new work is taken now. */
  refuses(): string | undefined;
  assignment(offer: Offer): Assignment;
}

export const createAttempts = (options: Options): Attempts => {
  const held = new Map<string, Attempt>();
  let closed = false;
  let waiting: (() => void)[] = [];

  const someAtWork = (): boolean => [...held.values()].some(({ atWork }) => atWork);

  const over = (attempt: Attempt): void => {
    if (held.get(attempt.taskId) === attempt) held.delete(attempt.taskId);
    if (someAtWork()) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };

  /** One that is reporting its end counts no more: the scheduler may have heard it and given its slot away already. */
  const busy = (): number => [...held.values()].filter(({ atWork, ending }) => atWork && !ending).length;

  const whyNot = (type: string): string | undefined => {
    if (closed) return "The runner is stopping.";
    const refused = options.refuses();
    if (refused !== undefined) return refused;
    if (!options.does(type)) return `This runner has no executor for "${type}".`;
    if (busy() >= options.limit) return `All ${options.limit} slots of this runner are taken.`;
    return undefined;
  };

  /** Nothing is waited for here: facts about the new attempt may be next in the inbox. */
  const take = (offer: Offer): void => {
    const before = held.get(offer.taskId);
    if (before?.token === offer.token) return;
    const assignment = options.assignment(offer);
    if (before && !before.ending && !before.atWork) {
      before.resume(assignment);
      return;
    }
    // An older attempt of the task that has not heard of its end yet; one that is reporting its end has no work left.
    if (before && !before.ending) void before.kill();
    const refusal = whyNot(offer.work.type);
    if (refusal === undefined) {
      held.set(offer.taskId, openAttempt({ ...options, over }, assignment));
      return;
    }
    const body: AttemptReportBody = { type: "unclaimed", message: refusal };
    void createReporter(options.way, assignment).report(body);
  };

  return {
    get count() {
      return held.size;
    },
    hear: (fact) => {
      const given = assignedBy(eventOf(fact));
      if (given) {
        const { token, attempt, deadlineAt, work } = given;
        take({ taskId: fact.taskId, token, attempt, deadlineAt, work });
        return;
      }
      const attempt = held.get(fact.taskId);
      if (!attempt || (fact.token !== null && fact.token !== attempt.token)) return;
      if (fact.type === "pause-requested") attempt.pause();
      else if (fact.type === "cancel-requested") attempt.cancel();
      else if (ENDS.has(fact.type) && !attempt.ending) void attempt.kill();
    },
    killAll: async () => {
      await Promise.all([...held.values()].map((attempt) => attempt.kill()));
    },
    seated: () => [...held.values()].map(({ seated }) => seated),
    watched: () => [...held.values()].map(({ watched }) => watched),
    handOver: () => {
      for (const attempt of held.values()) attempt.handOver();
    },
    close: () => {
      closed = true;
    },
    idle: () => (!someAtWork() ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
};
