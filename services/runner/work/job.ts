import type { SubmitBody } from "#schema/submit-body.ts";
import type { Ending, Freezer, JobContext, Step } from "../executor.ts";
import { createItemBatches } from "./item-batches.ts";
import { createLogChunks } from "./log-chunks.ts";
import { asPlain } from "./plain.ts";
import { createThrottle } from "./progress-throttle.ts";
import { createQuestions } from "./questions.ts";
import { soundResult } from "./sound-result.ts";
import type { FromSlot, Job, ToRecord, ToSlot } from "../slots/slot-protocol.ts";

const PROGRESS_EVERY_MS = 250;
/** What people look at four times a second is short. */
const LARGEST_STEP_BYTES = 64 * 1024;

/** A job inside its slot: the context its executor works with, and how the runner's messages reach it. */
export interface RunningJob {
  readonly context: JobContext;
  hear(message: Exclude<ToSlot, { kind: "begin" | "prepare" | "examine" | "parcels" }>): void;
  /** Sends what is held back, progress and output, and how it ended; whatever the work says later is not heard. */
  end(ending: Ending): void;
}

export const createJob = (job: Job, tell: (message: FromSlot) => void): RunningJob => {
  let over = false;
  // What goes on behind an end would be taken for what the next job in the same place says.
  const say = (message: FromSlot): void => {
    if (!over) tell(message);
  };
  const cancelled = new AbortController();
  const pausing = new AbortController();
  const unrecorded = new Map<number, () => void>();
  let lastId = 0;
  let checkpoint = job.checkpoint;
  let freezer: Freezer | undefined;
  let freezeWanted = false;

  const record = (body: ToRecord): Promise<void> =>
    new Promise((recorded) => {
      lastId += 1;
      unrecorded.set(lastId, recorded);
      say({ kind: "record", id: lastId, body });
    });
  const batches = createItemBatches((items) => record({ type: "items-recorded", items }));
  const questions = createQuestions(say);
  const logs = createLogChunks((piece) => say({ kind: "log", ...piece }));
  const throttle = createThrottle<Step>(PROGRESS_EVERY_MS, (step) => say({ kind: "progress", step }));
  const freeze = async (): Promise<void> => {
    if (!freezer || !freezeWanted || cancelled.signal.aborted) return;
    await freezer.freeze();
    logs.flush();
    say({ kind: "frozen" });
  };

  const context: JobContext = {
    taskId: job.taskId,
    name: job.name,
    payload: job.payload,
    settings: job.settings,
    limits: job.limits,
    marks: job.environment,
    plan: job.plan?.items ?? [],
    dryRun: job.plan?.dryRun === true,
    engine: job.plan?.engine ?? null,
    approval: job.approval,
    standing: { marks: job.marks, counts: job.counts },
    get checkpoint() {
      return checkpoint;
    },
    cancelled: cancelled.signal,
    pausing: pausing.signal,
    progress: (step) => throttle.push(asPlain(step, "Its progress", LARGEST_STEP_BYTES) as Step),
    log: (line) => logs.write({ stream: "system", text: `${line}\n` }),
    output: (stream, text, dropped) =>
      logs.write(dropped === undefined ? { stream, text } : { stream, text, dropped }),
    items: async (results, lingerMs) => batches.add(results.map(soundResult), lingerMs),
    keep: async (value) => {
      checkpoint = asPlain(value, "Its checkpoint");
      await record({ type: "checkpointed", checkpoint });
    },
    submit: async (task, key) => questions.submit(asPlain(task, "The task") as SubmitBody, key),
    results: questions.results,
    hostLost: (message) => record({ type: "host-lost", message }),
    hostBack: () => record({ type: "host-back" }),
    freezable: (given) => {
      freezer = given;
      void freeze();
    },
  };

  return {
    context,
    end: (ending) => {
      throttle.flush();
      logs.flush();
      say({ kind: "ended", ending });
      over = true;
    },
    hear: (message) => {
      switch (message.kind) {
        case "recorded":
          unrecorded.get(message.id)?.();
          unrecorded.delete(message.id);
          return;
        case "answered":
          questions.hear(message.id, message.answer);
          return;
        case "cancel":
          cancelled.abort();
          return;
        case "pause":
          freezeWanted = true;
          pausing.abort();
          void freeze();
          return;
        case "resume":
          freezeWanted = false;
          void freezer?.thaw();
          return;
      }
    },
  };
};
