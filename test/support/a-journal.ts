import { createHash } from "node:crypto";
import { jetstream, jetstreamManager, type StreamConfig } from "@nats-io/jetstream";
import { headers, type NatsConnection } from "@nats-io/nats-core";
import { journalConfig } from "#infra/nats/streams.ts";
import { SCHEDULER } from "#schema/actor.ts";
import {
  encode,
  type Fact,
  GENESIS,
  type Hash,
  type RecordFact,
  type RunnerFact,
  type TaskFact,
} from "#schema/envelope.ts";
import type { RecordEvent, RecordKind, RecordValue } from "#schema/record.ts";
import { HEADER, JOURNAL, subjectOf } from "#schema/subjects.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { evolve, type Task, unborn } from "#schema/task.evolve.ts";
import { aTaskFact } from "./a-task-fact.ts";
import { aDefinition, EXAMPLES } from "./task-examples.ts";

interface Written {
  task: Task;
  n: number;
  hash: Hash;
}

type Forgery = (fact: Fact) => Fact;

/** Writes legal facts as the scheduler does, without one: each is stored when the promise resolves. */
export interface AJournal {
  /** What was written so far, in order, with its sequences. */
  readonly facts: readonly { seq: number; fact: Fact }[];
  /** A new task; returns its id. */
  submit(definition?: Partial<TaskDefinition>): Promise<string>;
  /** What happens to a task next. The chart judges it unless a `forge` changes the fact afterwards. */
  happen(taskId: string, event: TaskEvent, forge?: Forgery): Promise<TaskFact>;
  /** submitted, assigned, started: a task at work. Returns its id. */
  begin(definition?: Partial<TaskDefinition>): Promise<string>;
  runner(type: RunnerFact["type"], runner: string, data?: Record<string, unknown>): Promise<void>;
  /** Something about a queue, limit, schedule, batch or template, and what it is afterwards. */
  record<K extends RecordKind>(
    about: RecordFact<K>["about"],
    event: RecordEvent<K>,
    after: RecordValue<K> | null,
  ): Promise<void>;
  /** Stores bytes as they are, with any hash. */
  raw(bytes: Uint8Array, hash?: Hash): Promise<void>;
}

export const sha256 = (bytes: Uint8Array): Hash => createHash("sha256").update(bytes).digest("hex");

let ids = 0;
const nextId = (what: string): string => `${what}-${(ids += 1)}`;

/** Facts are a second apart, so that their times can be told from one another. */
const START = Date.parse("2026-11-21T08:00:00.000Z");

/** A writer on an empty JOURNAL, or one that goes on from `tail`. */
export const openTestJournal = (
  connection: NatsConnection,
  tail: { seq: number; hash: Hash } = { seq: 0, hash: GENESIS },
): AJournal => {
  const js = jetstream(connection);
  const facts: { seq: number; fact: Fact }[] = [];
  const tasks = new Map<string, Written>();
  let { seq, hash } = tail;

  const store = async (subject: string, bytes: Uint8Array, stated: Hash): Promise<number> => {
    const head = headers();
    head.set(HEADER.hash, stated);
    seq += 1;
    hash = sha256(bytes);
    const expected = seq;
    const ack = await js.publish(subject, bytes, { headers: head });
    if (ack.seq !== expected) throw new Error(`stored at ${ack.seq} instead of ${expected}`);
    return expected;
  };
  const publish = async (fact: Fact, queue: string): Promise<void> => {
    const bytes = encode(fact);
    facts.push({ seq: seq + 1, fact });
    await store(subjectOf(fact, queue), bytes, sha256(bytes));
  };
  const surround = (taskHash: Hash | null) => ({
    v: 1 as const,
    id: nextId("fact"),
    at: new Date(START + seq * 1_000).toISOString(),
    actor: SCHEDULER,
    reason: null,
    cause: null,
    epoch: 1,
    chain: { stream: hash, task: taskHash },
  });

  const happen: AJournal["happen"] = async (taskId, event, forge = (fact) => fact) => {
    const before = tasks.get(taskId);
    const from = before?.task ?? unborn();
    const task = evolve(from, event);
    const legal = aTaskFact({
      ...surround(before?.hash ?? null),
      taskId,
      n: (before?.n ?? 0) + 1,
      event,
      before: from,
      after: task,
    });
    const fact = forge(legal) as TaskFact;
    tasks.set(taskId, { task, n: legal.n, hash: sha256(encode(fact)) });
    await publish(fact, task.context.definition?.queue ?? "default");
    return fact;
  };

  const submit: AJournal["submit"] = async (overrides = {}) => {
    const definition = aDefinition({ id: nextId("task"), ...overrides });
    await happen(definition.id, { type: "submitted", definition });
    return definition.id;
  };

  return {
    facts,
    submit,
    happen,
    begin: async (overrides) => {
      const id = await submit(overrides);
      await happen(id, anAssignment(1));
      await happen(id, { type: "started", report: 1 });
      return id;
    },
    runner: (type, runner, data = {}) => publish({ ...surround(null), type, runner, data }, "none"),
    record: (about, { type, ...data }, after) =>
      publish({ ...surround(null), type, about, data, after } as RecordFact, "none"),
    raw: async (bytes, stated) => void (await store("scheduler.epoch", bytes, stated ?? sha256(bytes))),
  };
};

export const anAssignment = (attempt = 1): TaskEvent => ({
  ...EXAMPLES.assigned,
  runner: "local",
  attempt,
  token: `token-${attempt}`,
});

/** A journal as the product makes it, but for what a test must be able to damage. */
export const makeJournalStream = async (
  connection: NatsConnection,
  overrides: Partial<StreamConfig> = {},
): Promise<void> => {
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ ...journalConfig(4 * 1024 ** 3), ...overrides, name: JOURNAL });
};
