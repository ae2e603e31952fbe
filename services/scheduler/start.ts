import { systemClock, timestamp } from "#infra/clock.ts";
import { systemIds } from "#infra/ids.ts";
import { connectNats } from "#infra/nats/connect.ts";
import { readMessage, streamExtent } from "#infra/nats/follow.ts";
import { openObjects } from "#infra/nats/objects.ts";
import { requireJournal } from "#infra/nats/provision.ts";
import { type Ground, Fatal, type Running } from "#infra/service.ts";
import { SCHEDULER } from "#schema/actor.ts";
import { decode } from "#schema/envelope.ts";
import type { RecordKind } from "#schema/record.ts";
import { JOURNAL } from "#schema/subjects.ts";
import type { Authority } from "./authority.ts";
import { createDeadlines } from "./deadlines.ts";
import { createDependencies } from "./dependencies.ts";
import { NotRecorded, openJournal } from "./journal/journal.ts";
import { hashOf } from "./journal/seal.ts";
import { createPlacement } from "./placement/placement.ts";
import { createRecords, type Register } from "./records.ts";
import { recover } from "./recovery.ts";
import { createRunners, type Runners } from "./runners.ts";
import { serveAuthority } from "./serve.ts";
import { createTasks } from "./tasks.ts";
import { startPulse } from "./pulse.ts";
import { askReadModel } from "./witness.ts";

/** Above this share of the journal's bytes no new task is taken; commands and reports go on. */
const FULL_AT = 0.8;
const FULLNESS_EVERY_MS = 5_000;

/** Recovers from the journal, opens a new reign with its first fact, and only then answers. */
export const startScheduler = async ({ env, log, fail }: Ground): Promise<Running> => {
  const clock = systemClock;
  const ids = systemIds;
  const connection = await connectNats({ url: env.natsUrl, seedFile: env.natsSeedFile, user: "scheduler" });
  await requireJournal(connection);

  const witnesses = await askReadModel(env.databaseUrl, log);
  const { recovered, ...reading } = await recover({ connection, witnesses, log, failed: fail });
  await reading.stop();
  const epoch = recovered.epoch + 1;
  const journal = openJournal({
    connection,
    log,
    start: recovered.tail,
    fenced: (error) =>
      fail(new Fatal(`Another scheduler writes the journal (${error.message}); this one steps down.`)),
  });
  const opening = {
    v: 1,
    id: ids.next(),
    type: "epoch",
    at: timestamp(clock.now()),
    actor: SCHEDULER,
  } as const;
  journal.write(
    { ...opening, reason: null, cause: null, epoch, data: { version: "0.1.0" } },
    { queue: "", previous: null },
    () => undefined,
  );
  await journal.settled();

  const runners: Runners = createRunners({ journal, epoch, clock, ids });
  for (const facts of recovered.runners.values()) for (const { fact, seq } of facts) runners.adopt(fact, seq);

  const records = createRecords({ journal, epoch, clock, ids });
  for (const { about, after } of recovered.records.values())
    if (after) (records[about.kind] as Register<RecordKind>).adopt(about.id, after);

  const dependencies = createDependencies((id) => tasks.standing(id));
  const deadlines = createDeadlines(clock, dependencies.comesDue);
  const placement = createPlacement({
    runners,
    records,
    concurrency: env.concurrency,
    agingMs: env.agingMs,
    clock,
    ids,
    fresh: recovered.tail.seq === 0,
  });
  const tasks = createTasks({
    journal,
    epoch,
    clock,
    ids,
    track: (task) => {
      placement.track(task);
      dependencies.track(task);
      deadlines.track(task);
    },
  });
  const objects = openObjects(connection);
  await placement.locks.load(
    [...recovered.live.values()].map(({ task }) => task),
    objects,
  );
  for (const task of recovered.settled.values()) tasks.bury(task);
  for (const { task, hash } of recovered.live.values()) tasks.adopt(task, hash);
  log.info(
    { facts: recovered.tail.seq, live: tasks.live, settled: recovered.settled.size, epoch },
    "recovered",
  );

  let fullness = 0;
  const authority: Authority = {
    journal,
    tasks,
    runners,
    records,
    placement,
    heard: new Map(),
    objects,
    clock,
    ids,
    log,
    epoch,
    agingMs: env.agingMs,
    full: () => fullness >= FULL_AT,
    read: async (seq) => {
      const bytes = await readMessage(connection, JOURNAL, seq);
      if (bytes === null) throw new NotRecorded(`fact ${seq} cannot be read`);
      return { fact: decode(bytes), hash: hashOf(bytes) };
    },
  };
  const measure = async (): Promise<void> => {
    const { bytes, maxBytes } = await streamExtent(connection, JOURNAL);
    fullness = maxBytes > 0 ? bytes / maxBytes : 0;
  };
  await measure();
  const measuring = setInterval(() => void measure().catch(() => undefined), FULLNESS_EVERY_MS);

  const pulse = startPulse({
    authority,
    connection,
    isNamed: dependencies.isNamed,
    turns: [() => deadlines.fire(tasks), () => dependencies.judge(tasks), () => placement.place(tasks)],
  });
  const unserve = serveAuthority(connection, authority, pulse.changed);
  await connection.flush();
  pulse.changed();

  return {
    stop: async () => {
      clearInterval(measuring);
      unserve();
      pulse.stop();
      await journal.settled().catch(() => undefined);
      await connection.close();
    },
  };
};
