import { setTimeout as sleep } from "node:timers/promises";
import { timestamp } from "#infra/clock.ts";
import type { Log } from "#infra/log.ts";
import type { AttemptReportBody } from "#schema/reports.ts";
import type { Asker } from "../work/asker.ts";
import type { Assignment } from "./assignment.ts";
import { type Beginning, createBeginning, STARTED } from "./beginning.ts";
import { createDeadline } from "./deadline.ts";
import type { Ending } from "../executor.ts";
import type { ContainerSweep } from "../executors/docker/run/sweep.ts";
import type { Groups } from "../groups/groups.ts";
import { CANCELLED, lastWord, LET_GO, refusedEnd } from "./last-word.ts";
import { ATTEMPT_MARK, RUNNER_MARK } from "../processes/marks.ts";
import { endingInTime } from "./patience.ts";
import { type Phase, seatState } from "./phase.ts";
import type { Seated } from "../pool/seats.ts";
import { createReporter, type Reported, type ReportWay } from "./reporter.ts";
import type { FromSlot, Job, Question } from "../slots/slot-protocol.ts";
import type { Slot, Slots } from "../slots/slot.ts";
import type { Telemetry } from "../link/telemetry.ts";
import { tidyUp } from "./tidy-up.ts";
import type { Watched } from "../use/watched.ts";
import { createVoice } from "./voice.ts";

/** A report the chart refused may be explained by a control fact that is still on its way. */
const EXPLANATION_MS = 10_000;

/** What an attempt needs of its runner. */
export interface AttemptGround {
  readonly way: ReportWay;
  readonly slots: Slots;
  readonly telemetry: Telemetry;
  readonly log: Log;
  /** How this runner marks all of its work. */
  readonly mark: string;
  readonly groups: Groups;
  readonly containers: Pick<ContainerSweep, "endOf">;
  readonly ask: Asker;
  /** It has ended, in whatever way. */
  over(attempt: Attempt): void;
}

/** Work in progress for one task. Nothing here throws: what goes wrong becomes a report. */
export interface Attempt {
  readonly taskId: string;
  readonly token: string;
  readonly number: number;
  /** False while it is paused in place: then it holds no slot of the runner's. */
  readonly atWork: boolean;
  /** Its last word is on its way: facts that end it are its own doing. */
  readonly ending: boolean;
  /** As the pool sees it. */
  readonly seated: Seated;
  /** As what looks at its use sees it. */
  readonly watched: Watched;
  pause(): void;
  /** Lets the work go at its next checkpoint, for any runner to go on with; work without checkpoints goes on. */
  handOver(): void;
  cancel(): void;
  /** The scheduler gave a paused attempt back to the runner that holds it. */
  resume(assignment: Assignment): void;
  /** Ends the work at once and says nothing about it. */
  kill(): Promise<void>;
}

export const openAttempt = (ground: AttemptGround, first: Assignment): Attempt => {
  const { way, slots, log } = ground;
  const reporter = createReporter(way, first);
  // The mark stays that of the first token: processes keep the environment they were born with.
  const mark = first.token;
  let current = first;
  const voice = createVoice(ground.telemetry, () => current);
  let phase: Phase = "starting";
  let slot: Slot | undefined;
  let beginning: Beginning | undefined;
  let pauseWanted = false;
  let handOverWanted = false;
  let cancelWanted = false;
  let timedOut = false;
  let contained = false;
  let place: Watched["place"] = null;
  const since = timestamp(Date.now());
  let endedWhileFrozen: Ending | undefined;
  let controlled: () => void = () => undefined;

  const isOver = (): boolean => phase === "over";
  const deadline = createDeadline(() => {
    timedOut = true;
    slot?.send({ kind: "cancel" });
  });

  const close = (): void => {
    if (isOver()) return;
    phase = "over";
    deadline.lift();
    beginning?.forget();
    reporter.close();
    controlled();
    ground.over(attempt);
  };

  const kill = async (): Promise<void> => {
    close();
    slot?.kill();
    slot = undefined;
    await tidyUp(ground, mark, contained);
  };

  const bodyOf = (ending: Ending): AttemptReportBody =>
    lastWord(ending, { toCancel: cancelWanted, toHandOver: handOverWanted, timedOut });

  /** What to say instead of what the chart refused: the fact that explains the refusal may still be on its way. */
  const insteadOf = async (refused: AttemptReportBody): Promise<AttemptReportBody> => {
    const asked = (): AttemptReportBody | undefined => {
      if (cancelWanted) return refused.type === "cancelled" ? undefined : CANCELLED;
      return pauseWanted && refused.type !== "paused" ? LET_GO : undefined;
    };
    if (asked() === undefined) {
      const news = new Promise<void>((resolve) => (controlled = resolve));
      await Promise.race([news, sleep(EXPLANATION_MS, undefined, { ref: false })]);
    }
    return asked() ?? refusedEnd(current.repeatable);
  };

  /** Its last word. Being told that it cannot be said is never the end: the task would wait for ever. */
  const finish = async (body: AttemptReportBody): Promise<void> => {
    if (isOver()) return;
    phase = "ending";
    deadline.lift();
    let said = beginning?.within(body) ?? body;
    while ((await reporter.report(said)) === "refused") said = await insteadOf(said);
    close();
  };

  const ended = (ending: Ending): void => {
    slot?.release();
    slot = undefined;
    if (phase === "frozen" && !cancelWanted) endedWhileFrozen = ending;
    else void finish(bodyOf(ending));
  };

  const died = async (): Promise<void> => {
    slot = undefined;
    await tidyUp(ground, mark, contained);
    if (cancelWanted) return finish(CANCELLED);
    const error = { code: "crashed", message: "The process that did the work ended unexpectedly." };
    ended({ type: "failed", error, retryable: current.repeatable });
  };

  /** Stale under a token that was replaced meanwhile says nothing about the work. */
  const record = async (body: AttemptReportBody): Promise<Reported> => {
    const { token } = current;
    if (body !== STARTED) beginning?.tell();
    const outcome = await reporter.report(body);
    if (outcome === "stale" && token === current.token) await kill();
    return outcome;
  };

  const answer = async (id: number, question: Question): Promise<void> => {
    const reply = await ground.ask(question, () => (isOver() ? undefined : current));
    if (reply === "stale") await kill();
    else if (reply) slot?.send({ kind: "answered", id, answer: reply });
  };

  const froze = async (): Promise<void> => {
    if (phase !== "working" || cancelWanted) return;
    phase = "frozen";
    deadline.lift();
    await record({ type: "paused", inPlace: true });
  };

  const hear = (message: FromSlot): void => {
    voice.hear(message);
    switch (message.kind) {
      case "record":
        void record(message.body).then((outcome) => slot?.send(reporter.reply(message.id, outcome)));
        return;
      case "ask":
        void answer(message.id, message.question);
        return;
      case "frozen":
        void froze();
        return;
      case "ended":
        ended(message.ending);
        return;
      case "progress":
      case "log":
      case "examined":
      case "not-examined":
      case "parcels":
        return;
    }
  };

  const hold = (job: Omit<Job, "environment">): void => {
    phase = "working";
    contained = job.isolation === "container";
    deadline.set(current.deadlineAt);
    const shared = current.early && job.host === "slot";
    const take = shared ? slots.takeShared : slots.take;
    slot = endingInTime(take, { hear, died: () => void died() }, job.graceMs);
    place = shared || contained ? null : { pid: slot.pid, hearsOnly: job.isolation === "process" };
    slot.send({
      kind: "begin",
      job: { ...job, environment: { [RUNNER_MARK]: ground.mark, [ATTEMPT_MARK]: mark } },
    });
    if (cancelWanted) slot.send({ kind: "cancel" });
    if (pauseWanted || handOverWanted) slot.send({ kind: "pause" });
  };

  const load = async (): Promise<void> => {
    try {
      const job = await current.load();
      if (isOver()) return;
      if (current.early) beginning = createBeginning(record);
      hold(job);
    } catch (error) {
      log.error({ err: error, taskId: current.taskId }, "the work of an assignment cannot be read");
      const message = error instanceof Error ? error.message : String(error);
      await finish({ type: "attempt-failed", error: { code: "lost-object", message }, retryable: false });
    }
  };

  const start = async (): Promise<void> => {
    if (first.early) {
      await way.live();
      if (isOver()) return;
      return cancelWanted || pauseWanted ? finish(await insteadOf(STARTED)) : load();
    }
    const outcome = await reporter.report(STARTED);
    if (outcome === "stale") return close();
    if (outcome === "refused" || cancelWanted || pauseWanted) return finish(await insteadOf(STARTED));
    return load();
  };

  const attempt: Attempt = {
    taskId: first.taskId,
    get token() {
      return current.token;
    },
    get number() {
      return current.attempt;
    },
    get atWork() {
      return phase !== "frozen" && phase !== "over";
    },
    get ending() {
      return phase === "ending" || phase === "over";
    },
    get seated() {
      const { taskId, attempt: number } = current;
      return { taskId, number, state: seatState(phase), since, pid: slot?.pid };
    },
    get watched() {
      const working = phase === "working" && slot !== undefined;
      return { taskId: first.taskId, attempt: current.attempt, mark, place, working };
    },
    handOver: () => {
      if (!current.checkpoints || handOverWanted) return;
      handOverWanted = true;
      slot?.send({ kind: "pause" });
    },
    pause: () => {
      pauseWanted = true;
      controlled();
      slot?.send({ kind: "pause" });
    },
    cancel: () => {
      cancelWanted = true;
      controlled();
      if (endedWhileFrozen) void finish(CANCELLED);
      else slot?.send({ kind: "cancel" });
    },
    resume: (assignment) => void resume(assignment),
    kill,
  };

  const resume = async (assignment: Assignment): Promise<void> => {
    current = assignment;
    pauseWanted = false;
    voice.restart();
    phase = "working";
    reporter.adopt(assignment);
    const outcome = await reporter.report(STARTED);
    if (outcome === "stale") return kill();
    if (endedWhileFrozen) return finish(bodyOf(endedWhileFrozen));
    // It may have been asked to pause again before it moved.
    if (pauseWanted) return;
    deadline.set(assignment.deadlineAt);
    slot?.send({ kind: "resume" });
  };

  void start();
  return attempt;
};
