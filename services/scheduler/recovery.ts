import type { NatsConnection } from "#infra/nats/connect.ts";
import { follow, streamExtent } from "#infra/nats/follow.ts";
import { Fatal } from "#infra/service.ts";
import {
  decode,
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
import { JOURNAL } from "#schema/subjects.ts";
import { BLANK } from "#schema/task.context.ts";
import { fold, type FoldedTask } from "#schema/task.fold.ts";
import type { Position } from "./journal/journal.ts";
import { hashOf } from "./journal/seal.ts";
import type { SettledTask } from "./tasks.ts";

/** A task's last word in the journal. */
export interface Remembered<T> {
  readonly task: T;
  readonly hash: Hash;
}

/** What the journal says, folded: the whole memory of a scheduler that starts. */
export interface Recovered {
  tail: Position;
  /** Number of the latest reign. */
  epoch: number;
  readonly live: Map<string, Remembered<FoldedTask>>;
  readonly settled: Map<string, SettledTask & Pick<FoldedTask, "n" | "state">>;
  /** The latest `joined` and what came after it, per runner. */
  readonly runners: Map<string, { readonly fact: RunnerFact; readonly seq: number }[]>;
  /** The latest fact about each queue, limit, schedule, batch and template that is still there, by kind and id. */
  readonly records: Map<string, RecordFact>;
}

/** How far somebody else has read: the journal must hold the very same fact there. */
export interface Witness extends Position {
  readonly who: string;
}

/** A settled task as its next fact finds it; that fact (`revived`) carries the context whole. */
const atRest = ({ id, n, born, seq, state }: SettledTask & Pick<FoldedTask, "n" | "state">): FoldedTask => ({
  id,
  n,
  born,
  seq,
  state,
  context: BLANK,
  startedAt: null,
  settledAt: null,
  updatedAt: "",
});

const takeTask = (recovered: Recovered, fact: TaskFact, seq: number, hash: Hash): void => {
  const { live, settled } = recovered;
  const resting = settled.get(fact.taskId);
  const task = fold(live.get(fact.taskId)?.task ?? (resting ? atRest(resting) : null), seq, fact);
  settled.delete(fact.taskId);
  if (task.settledAt === null) {
    live.set(task.id, { task, hash });
    return;
  }
  live.delete(task.id);
  const { id, born, n, state, context } = task;
  const idempotencyKey = context.definition?.idempotencyKey ?? null;
  settled.set(id, { id, born, seq, n, state, idempotencyKey, settledAt: Date.parse(task.settledAt) });
};

const takeRecord = ({ records }: Recovered, fact: RecordFact): void => {
  const key = `${fact.about.kind}:${fact.about.id}`;
  if (fact.after === null) records.delete(key);
  else records.set(key, fact);
};

const take = (recovered: Recovered, fact: Fact, seq: number, hash: Hash): void => {
  if (isTaskFact(fact)) takeTask(recovered, fact, seq, hash);
  else if (isRecordFact(fact)) takeRecord(recovered, fact);
  else if (!isRunnerFact(fact)) recovered.epoch = fact.epoch;
  else if (fact.type === "joined") recovered.runners.set(fact.runner, [{ fact, seq }]);
  else recovered.runners.get(fact.runner)?.push({ fact, seq });
};

const checkWitnesses = (witnesses: readonly Witness[], at: Position): void => {
  for (const { who, seq, hash } of witnesses) {
    if (seq === at.seq && hash !== at.hash) {
      throw new Fatal(
        `The journal is not the one ${who} has read: fact ${seq} is a different one. Restore the journal from a backup.`,
      );
    }
  }
};

/**
 * Replays the journal from its first fact to its present end, checking the hash chain on the way. Throws Fatal when the
 * journal has a gap, was changed, or is behind what a witness has seen.
 */
export const recover = async (
  connection: NatsConnection,
  witnesses: readonly Witness[],
): Promise<Recovered> => {
  const { last } = await streamExtent(connection, JOURNAL);
  for (const { who, seq } of witnesses) {
    if (seq > last) {
      throw new Fatal(
        `The journal ends at fact ${last}, but ${who} has already seen fact ${seq}: facts are missing. Restore the journal from a backup.`,
      );
    }
  }
  const recovered: Recovered = {
    tail: { seq: 0, hash: GENESIS },
    epoch: 0,
    live: new Map(),
    settled: new Map(),
    runners: new Map(),
    records: new Map(),
  };
  if (last === 0) return recovered;

  let reading: { stop(): Promise<void> } | undefined;
  await new Promise<void>((resolve, reject) => {
    const each = ({ seq, data }: { seq: number; data: Uint8Array }): void => {
      if (seq > last) return;
      const { tail } = recovered;
      if (seq !== tail.seq + 1)
        throw new Fatal(`The journal has a gap: fact ${tail.seq} is followed by fact ${seq}.`);
      const fact = decode(data);
      if (fact.chain.stream !== tail.hash)
        throw new Fatal(`The journal was changed: fact ${seq} does not follow the fact before it.`);
      const hash = hashOf(data);
      recovered.tail = { seq, hash };
      checkWitnesses(witnesses, recovered.tail);
      take(recovered, fact, seq, hash);
      if (seq === last) resolve();
    };
    follow(connection, { stream: JOURNAL, from: 1, each, failed: reject }).then(
      (started) => (reading = started),
      reject,
    );
  });
  await reading?.stop();
  return recovered;
};
