import type { SubmitBody } from "#schema/submit-body.ts";
import type { Ending, Freezer, JobContext } from "../executor.ts";
import { createItemBatches } from "./item-batches.ts";
import { createLogChunks } from "./log-chunks.ts";
import { asPlain } from "./plain.ts";
import { createPulse } from "./pulse.ts";
import { createQuestions, Refused } from "./questions.ts";
import { soundResult } from "./sound-result.ts";
import type { FromSlot, Job, ToRecord, ToSlot } from "../slots/slot-protocol.ts";

/** Work that waits for none of its reports is not ended by one that was refused. */
const heeded = (act: () => Promise<void>): Promise<void> => {
  const acted = act();
  acted.catch(() => undefined);
  return acted;
};

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
  const unrecorded = new Map<number, (refusal?: Refused) => void>();
  let lastId = 0;
  let checkpoint = job.checkpoint;
  let freezer: Freezer | undefined;
  let freezeWanted = false;

  const record = (body: ToRecord): Promise<void> =>
    new Promise((recorded, refused) => {
      lastId += 1;
      unrecorded.set(lastId, (refusal) => (refusal ? refused(refusal) : recorded()));
      say({ kind: "record", id: lastId, body });
    });
  /** The chart may have no place for it just now: what it tells is no loss. */
  const mention = (body: ToRecord): Promise<void> => record(body).catch(() => undefined);
  const batches = createItemBatches((items) => record({ type: "items-recorded", items }));
  const questions = createQuestions(say);
  const logs = createLogChunks((piece) => say({ kind: "log", ...piece }));
  const pulse = createPulse((step) => say({ kind: "progress", step }));
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
    progress: pulse.progress,
    metric: pulse.metric,
    heartbeat: pulse.heartbeat,
    log: (line) => logs.write({ stream: "system", text: `${line}\n` }),
    output: (stream, text, dropped) =>
      logs.write(dropped === undefined ? { stream, text } : { stream, text, dropped }),
    items: (results, lingerMs) => heeded(async () => batches.add(results.map(soundResult), lingerMs)),
    keep: (value) =>
      heeded(async () => {
        const plain = asPlain(value, "Its checkpoint");
        await record({ type: "checkpointed", checkpoint: plain });
        checkpoint = plain;
      }),
    submit: async (task, key) => questions.submit(asPlain(task, "The task") as SubmitBody, key),
    results: questions.results,
    hostLost: (message) => mention({ type: "host-lost", message }),
    hostBack: () => mention({ type: "host-back" }),
    freezable: (given) => {
      freezer = given;
      void freeze();
    },
  };

  return {
    context,
    end: (ending) => {
      pulse.flush();
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
        case "not-recorded":
          context.log(`This was not recorded: ${message.message}`);
          unrecorded.get(message.id)?.(new Refused("not-recorded", message.message));
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
