import {
  type Fact,
  GENESIS,
  type Hash,
  isRecordFact,
  isRunnerFact,
  isTaskFact,
  type RecordFact,
  type RunnerFact,
  type TaskFact,
} from "#schema/envelope.ts";
import { submissionDigest } from "#schema/submission-digest.ts";
import { standingOf } from "#schema/task.after.ts";
import { BLANK } from "#schema/task.context.ts";
import { fold, type FoldedTask } from "#schema/task.fold.ts";
import { type BegunBatches, noteBegun } from "../batches/begun.ts";
import type { Position } from "../journal/journal.ts";
import type { SettledTask } from "../tasks.ts";

/** A task's last word in the journal. */
export interface Remembered<T> {
  readonly task: T;
  readonly hash: Hash;
}

/** A settled task, and what its next fact must follow. */
export type RestingTask = SettledTask & Pick<FoldedTask, "n" | "state">;

interface RunnerNote {
  readonly fact: RunnerFact;
  readonly seq: number;
}

/** What the journal says, folded: the whole memory of a scheduler that starts. */
export interface Recovered {
  tail: Position;
  /** Number of the latest reign. */
  epoch: number;
  readonly live: Map<string, Remembered<FoldedTask>>;
  /** In the order in which they settled. */
  readonly settled: Map<string, RestingTask>;
  /** The first and the latest `joined` of its latest boot and what came after them, per runner. */
  readonly runners: Map<string, readonly RunnerNote[]>;
  /** The latest fact about each queue, limit, schedule, batch and template that is still there, by kind and id. */
  readonly records: Map<string, RecordFact>;
  readonly begun: BegunBatches;
  /** Settled tasks that are held before old ones are looked for again. */
  sweepAt: number;
}

/** An hour more than what a scheduler remembers: it may revive a task in its last moment there. */
const SETTLED_FOR_MS = 25 * 3_600_000;
const SETTLED_MOST = 1_000_000;
/** A look over all costs about a millisecond per 10,000, so it is taken once per this many. */
const SWEEP_EVERY = 50_000;

export const nothingRecovered = (): Recovered => ({
  tail: { seq: 0, hash: GENESIS },
  epoch: 0,
  live: new Map(),
  settled: new Map(),
  runners: new Map(),
  records: new Map(),
  begun: new Map(),
  sweepAt: SWEEP_EVERY,
});

/** A settled task as its next fact finds it; that fact (`revived`) carries the context whole. */
const atRest = ({
  id,
  n,
  born,
  seq,
  state,
}: Pick<FoldedTask, "id" | "n" | "born" | "seq" | "state">): FoldedTask => ({
  id,
  n,
  born,
  seq,
  state,
  context: BLANK,
  startedAt: null,
  settledAt: null,
  updatedAt: "",
  stuck: null,
});

const before = ({ live, settled }: Recovered, fact: TaskFact, seq: number): FoldedTask | null => {
  const { taskId: id, n, from: state } = fact;
  const known = live.get(id);
  if (known) return known.task;
  const resting = settled.get(id);
  if (resting) return atRest(resting);
  // Forgotten here and yet revived there: its fact is all that is needed, but for the place in the line it once had.
  return fact.type === "revived" ? atRest({ id, n: n - 1, born: seq, seq, state }) : null;
};

/**
 * Forgets settled tasks beyond the window, seen from the moment `now` (ms); those that an unsettled task comes after or has
 * submitted stay.
 */
export const sweep = (recovered: Recovered, now: number): void => {
  const { live, settled } = recovered;
  const awaited = new Set<string>();
  for (const { task } of live.values())
    for (const id of task.context.definition?.after ?? []) awaited.add(id);
  let excess = settled.size - SETTLED_MOST;
  for (const [id, { settledAt, parent }] of settled) {
    excess -= 1;
    const beyond = settledAt < now - SETTLED_FOR_MS || excess >= 0;
    if (beyond && !awaited.has(id) && !(parent !== undefined && live.has(parent))) settled.delete(id);
  }
  recovered.sweepAt = settled.size + SWEEP_EVERY;
};

const takeTask = (recovered: Recovered, fact: TaskFact, seq: number, hash: Hash): void => {
  const { live, settled } = recovered;
  const known = before(recovered, fact, seq);
  const task = fold(known, seq, fact);
  noteBegun(recovered.begun, { fact, seq, before: known?.context ?? BLANK });
  settled.delete(fact.taskId);
  if (task.settledAt === null) {
    live.set(task.id, { task, hash });
    return;
  }
  live.delete(task.id);
  const { id, born, n, state, context } = task;
  const { definition } = context;
  const { idempotencyKey = null, parent } = definition ?? {};
  const settledAt = Date.parse(task.settledAt);
  const standing = standingOf(state, context.outcome);
  const resting = { id, born, seq, n, state, idempotencyKey, settledAt, standing };
  settled.set(id, {
    ...resting,
    ...(definition && idempotencyKey !== null ? { digest: submissionDigest(definition) } : {}),
    ...(parent === undefined ? {} : { parent }),
  });
  if (settled.size >= recovered.sweepAt) sweep(recovered, settledAt);
};

const takeRecord = ({ records, begun }: Recovered, fact: RecordFact, seq: number): void => {
  noteBegun(begun, { fact, seq });
  const key = `${fact.about.kind}:${fact.about.id}`;
  if (fact.after === null) records.delete(key);
  else records.set(key, fact);
};

const takeRunner = ({ runners }: Recovered, fact: RunnerFact, seq: number): void => {
  const known = runners.get(fact.runner) ?? [];
  const note = { fact, seq };
  if (fact.type !== "joined") {
    if (known.length > 0) runners.set(fact.runner, [...known, note]);
    return;
  }
  const [first] = known;
  const goesOn =
    first?.fact.data["boot"] === fact.data["boot"] && known.every((other) => other.fact.type === "joined");
  runners.set(fact.runner, first && goesOn ? [first, note] : [note]);
};

/** What is known of runners, in the order of the journal: of two announcements of one type the later counts. */
export const runnerNotes = ({ runners }: Recovered): readonly RunnerNote[] =>
  [...runners.values()].flat().toSorted((a, b) => a.seq - b.seq);

/** Lays the next fact on what is known. Throws BrokenHistory. */
export const take = (recovered: Recovered, fact: Fact, { seq, hash }: Position): void => {
  if (isTaskFact(fact)) takeTask(recovered, fact, seq, hash);
  else if (isRecordFact(fact)) takeRecord(recovered, fact, seq);
  else if (isRunnerFact(fact)) takeRunner(recovered, fact, seq);
  else recovered.epoch = fact.epoch;
  recovered.tail = { seq, hash };
};
