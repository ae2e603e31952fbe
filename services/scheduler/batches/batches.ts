import { timestamp } from "#infra/clock.ts";
import { LostObject } from "#infra/nats/objects.ts";
import { SCHEDULER } from "#schema/actor.ts";
import { type Batch, type BatchResult, RESULTS_PER_FACT } from "#schema/batch.ts";
import { statePath } from "#schema/task.evolve.ts";
import type { Authority } from "../authority.ts";
import { carryOut, judge } from "../commands.ts";
import { FactTooLarge, type Position } from "../journal/journal.ts";
import { type Cause, snapshotOf } from "../tasks.ts";
import type { Batches } from "./at-work.ts";
import type { Begun } from "./begun.ts";
import { decidingOn, type Undoing } from "./deciding.ts";
import { type LookedAt, lookAtAll, readUndoing } from "./reading.ts";
import { beforeOf, doneResult } from "./results.ts";

/** A batch at work holds up everything else; after this many milliseconds others have their turn. */
const BREATH_MS = 10;
/** With a rate, the work is spread over about this many turns a second. */
const TURNS_PER_S = 4;

type Done = Begun["done"][number] & { toldAt: number | null };

interface Run {
  readonly id: string;
  /** Its tasks and what it undoes; null until they are loaded. */
  list: { readonly ids: readonly string[]; readonly undoing: Undoing | null } | null;
  /** What was read of the tasks that are next; each is used once. */
  looked: LookedAt;
  /** Done, but not yet told by a stored `progressed`; `toldAt` is the sequence of one that is on its way. */
  done: Map<string, Done>;
  progressedAt: number | null;
  /** What `progressedAt` was before: it holds again when the latest is not stored. */
  progressedBefore: number | null;
  busy: boolean;
  /** Why it can never go on, or null. */
  lost: string | null;
  /** Monotonic clock, ms. */
  nextAt: number;
}

export const causeOf = ({ id, by, reason }: Pick<Batch, "id" | "by" | "reason">): Cause => ({
  by,
  reason,
  id,
});

const sizeOf = ({ ratePerS }: Batch): number =>
  ratePerS === null
    ? RESULTS_PER_FACT
    : Math.min(RESULTS_PER_FACT, Math.max(1, Math.ceil(ratePerS / TURNS_PER_S)));

const newRun = (id: string, { progressedAt, done }: Begun): Run => ({
  id,
  list: null,
  looked: new Map(),
  done: new Map(done.map((entry) => [entry.result.task, { ...entry, toldAt: null }])),
  progressedAt,
  progressedBefore: null,
  busy: false,
  lost: null,
  nextAt: -Infinity,
});

/** The batch does this to one task, unless it must be looked at again first: then null. Throws NotRecorded. */
const dealWith = (authority: Authority, batch: Batch, run: Run, taskId: string): BatchResult | null => {
  const known = run.done.get(taskId);
  if (known) return known.result;
  const looked = run.looked.get(taskId);
  if (looked === undefined) return null;
  if (typeof looked === "string") return { task: taskId, ok: false, state: "unknown", why: looked };
  const decide = decidingOn(authority.clock, batch, run.list?.undoing ?? null);
  const verdict = judge(authority, looked, decide(taskId));
  if (verdict === null) return null;
  if (!verdict.ok) {
    return { task: taskId, ok: false, state: verdict.state ?? "unknown", why: verdict.message };
  }
  const { task, event } = verdict;
  const { context } = snapshotOf(task);
  const from = statePath(snapshotOf(task));
  const at = timestamp(authority.clock.now());
  const before = batch.action.type === "undo" ? undefined : beforeOf(event.type, context, { from, at });
  try {
    const { seq, state } = carryOut(authority, verdict, causeOf(batch));
    const result = doneResult(taskId, state, before);
    run.done.set(taskId, { seq, result, toldAt: null });
    return result;
  } catch (error) {
    if (!(error instanceof FactTooLarge)) throw error;
    return {
      task: taskId,
      ok: false,
      state: from,
      why: `It cannot be recorded: ${error.message}.`,
    };
  }
};

const count = (counts: Batch["counts"], results: readonly BatchResult[]): Batch["counts"] => {
  const done = results.filter(({ ok }) => ok).length;
  return {
    ...counts,
    seen: counts.seen + results.length,
    done: counts.done + done,
    refused: counts.refused + results.length - done,
  };
};

/** What became of the next tasks. Throws NotRecorded. */
const tell = (authority: Authority, batch: Batch, run: Run, results: readonly BatchResult[]): Batch => {
  const after = { ...batch, counts: count(batch.counts, results), resultsAt: run.progressedAt };
  const { seq } = authority.records.batch.record(
    batch.id,
    { type: "progressed", results },
    after,
    causeOf(batch),
  );
  for (const { task } of results) {
    const done = run.done.get(task);
    if (done) done.toldAt = seq;
  }
  run.progressedBefore = run.progressedAt;
  run.progressedAt = seq;
  return after;
};

/** The end of a batch: what it was about is in its results. Throws NotRecorded. */
const end = (
  { clock, records }: Authority,
  batch: Batch,
  how: "finished" | "stopped",
  cause: Cause,
): Position => {
  const state = how === "finished" ? "finished" : "cancelled";
  const after: Batch = { ...batch, state, tasks: null, finishedAt: timestamp(clock.now()) };
  return records.batch.record(batch.id, { type: how }, after, cause);
};

/** The next tasks of a batch, and what is told of them. Throws NotRecorded. */
const goOn = (authority: Authority, batch: Batch, run: Run, ids: readonly string[]): void => {
  const { clock } = authority;
  const began = clock.monotonic();
  const results: BatchResult[] = [];
  for (const taskId of ids.slice(batch.counts.seen, batch.counts.seen + sizeOf(batch))) {
    const result = dealWith(authority, batch, run, taskId);
    run.looked.delete(taskId);
    if (!result) break;
    results.push(result);
    if (clock.monotonic() - began > BREATH_MS) break;
  }
  if (batch.ratePerS !== null) run.nextAt = began + (results.length * 1_000) / batch.ratePerS;
  const after = results.length > 0 ? tell(authority, batch, run, results) : batch;
  if (after.counts.seen === after.counts.total)
    end(authority, { ...after, resultsAt: run.progressedAt }, "finished", causeOf(batch));
};

/** What was not stored did not happen, also here. */
const keepWhatIsStored = ({ journal }: Authority, run: Run): void => {
  const { seq: last } = journal.stored;
  if (run.progressedAt !== null && run.progressedAt > last) run.progressedAt = run.progressedBefore;
  for (const [task, done] of run.done) {
    if (done.toldAt !== null && done.toldAt > last) done.toldAt = null;
    if (done.seq > last || done.toldAt !== null) run.done.delete(task);
  }
};

const load = async (authority: Authority, batch: Batch): Promise<NonNullable<Run["list"]>> => {
  const { action, tasks } = batch;
  return {
    ids: tasks === null ? [] : await authority.objects.load(tasks),
    undoing: action.type === "undo" ? await readUndoing(authority, action.batch) : null,
  };
};

/** `wake`: something may be due now. */
export const createBatches = (wake: () => void): Batches<Authority> => {
  const runs = new Map<string, Run>();

  const isRunning = ({ records }: Authority, id: string): Batch | undefined => {
    const batch = records.batch.get(id);
    return batch?.state === "running" ? batch : undefined;
  };

  /** Waits until all that was written is stored, and reads what the next tasks must be judged on. */
  const prepare = async (authority: Authority, run: Run): Promise<void> => {
    try {
      await authority.journal.settled().finally(() => keepWhatIsStored(authority, run));
      const batch = isRunning(authority, run.id);
      if (!batch) {
        runs.delete(run.id);
        return;
      }
      run.list ??= await load(authority, batch);
      const { seen } = batch.counts;
      const next = run.list.ids.slice(seen, seen + sizeOf(batch));
      if (!run.looked.has(next[0] ?? "")) run.looked = await lookAtAll(authority, batch, next);
      run.busy = false;
      wake();
    } catch (error) {
      authority.log.warn({ err: error, batch: run.id }, "a batch cannot go on now, it will be tried again");
      // The next beat finds nothing looked at, and begins here again.
      run.looked = new Map();
      run.busy = false;
      if (error instanceof LostObject && run.list === null) run.lost = "The list of its tasks is lost.";
    }
  };

  const settle = (authority: Authority, run: Run): void => {
    run.busy = true;
    void prepare(authority, run);
  };

  const stop: Batches<Authority>["stop"] = (authority, batch, cause) => {
    const run = runs.get(batch.id);
    if (!run) return end(authority, batch, "stopped", cause);
    const untold = [...run.done.values()].filter(({ toldAt }) => toldAt === null).map(({ result }) => result);
    try {
      const after = untold.length > 0 ? tell(authority, batch, run, untold) : batch;
      return end(authority, { ...after, resultsAt: run.progressedAt }, "stopped", cause);
    } finally {
      // Should it not be stored, the batch goes on from where it was.
      if (!run.busy) settle(authority, run);
    }
  };

  const work = (authority: Authority, run: Run, batch: Batch | undefined): void => {
    run.busy = true;
    // The one before gets its next turn after all others.
    runs.delete(run.id);
    runs.set(run.id, run);
    try {
      if (batch && run.lost !== null)
        stop(authority, batch, { by: SCHEDULER, reason: run.lost, id: batch.id });
      else if (batch && run.list) goOn(authority, batch, run, run.list.ids);
    } finally {
      settle(authority, run);
    }
  };

  return {
    adopt: (begun) => {
      for (const [id, state] of begun) runs.set(id, newRun(id, state));
    },
    begin: (id) => void runs.set(id, newRun(id, { progressedAt: null, done: [] })),
    stop,
    turn: (authority) => {
      let worked = false;
      let wait: number | null = null;
      for (const run of runs.values()) {
        if (run.busy) continue;
        const batch = isRunning(authority, run.id);
        const left = batch ? run.nextAt - authority.clock.monotonic() : 0;
        if (left > 0 || worked) wait = Math.max(0, Math.min(wait ?? Infinity, left));
        else {
          work(authority, run, batch);
          worked = true;
        }
      }
      return wait;
    },
  };
};
