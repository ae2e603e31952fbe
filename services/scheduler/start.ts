import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { systemClock } from "#infra/clock.ts";
import { systemIds } from "#infra/ids.ts";
import { freeBytesAt } from "#infra/free-bytes.ts";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { readMessage, streamExtent } from "#infra/nats/follow.ts";
import { openObjects } from "#infra/nats/objects.ts";
import { requireJournal } from "#infra/nats/provision.ts";
import type { Ground, Running } from "#infra/service.ts";
import { decode } from "#schema/envelope.ts";
import type { RecordKind } from "#schema/record.ts";
import { JOURNAL } from "#schema/subjects.ts";
import type { Authority } from "./authority.ts";
import { createBatches } from "./batches/batches.ts";
import { createDeadlines } from "./deadlines.ts";
import { createFullness, tellFullness } from "./fullness.ts";
import { createDependencies } from "./submission/dependencies.ts";
import { NotRecorded } from "./journal/journal.ts";
import { hashOf } from "./journal/seal.ts";
import { createPlacement } from "./placement/placement.ts";
import { createRecords, type Register } from "./records.ts";
import { runnerNotes } from "./recovery/recovered.ts";
import { createRunners, type Runners } from "./runners/runners.ts";
import { createScheduleTimers } from "./schedules/schedule-timers.ts";
import { serveAuthority } from "./serve.ts";
import { createTasks } from "./tasks.ts";
import { startPulse } from "./pulse.ts";
import { type Opened, type Reign, standBy } from "./reign/standby.ts";
import { askReadModel } from "./recovery/witness.ts";

const FULLNESS_EVERY_MS = 5_000;
const ADOPTED_AT_ONCE = 1_000;

/** Takes up what the journal says and rules from there. */
const startReign = async (
  { env, log }: Ground,
  connection: NatsConnection,
  { recovered, journal, epoch, fresh, leading }: Opened,
): Promise<Reign> => {
  const clock = systemClock;
  const ids = systemIds;
  const runners: Runners = createRunners({ journal, epoch, clock, ids });
  for (const { fact, seq } of runnerNotes(recovered)) runners.adopt(fact, seq);

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
    fresh,
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
  const lost = await placement.locks.load(
    [...recovered.live.values()].map(({ task }) => task.context),
    objects,
  );
  for (const error of lost) log.error({ err: error }, "a plan is lost: its task cannot go on with it");
  for (const task of recovered.settled.values()) tasks.bury(task);
  for (const { task, hash } of recovered.live.values()) {
    tasks.adopt(task, hash);
    // The lease must be renewed meanwhile.
    if (tasks.live % ADOPTED_AT_ONCE === 0) await nextTurn();
  }
  log.info(
    { facts: recovered.tail.seq, live: tasks.live, settled: recovered.settled.size, epoch },
    "recovered",
  );

  let wake = (): void => undefined;
  const batches = createBatches(() => wake());
  batches.adopt(recovered.begun);

  const fullness = createFullness({
    extent: () => streamExtent(connection, JOURNAL),
    free: () => freeBytesAt(join(env.data, "nats")),
  });
  const authority: Authority = {
    journal,
    tasks,
    runners,
    records,
    batches,
    placement,
    heard: new Map(),
    objects,
    clock,
    ids,
    log,
    epoch,
    agingMs: env.agingMs,
    leading,
    full: () => fullness.reason,
    read: async (seq) => {
      const bytes = await readMessage(connection, JOURNAL, seq);
      if (bytes === null) throw new NotRecorded(`fact ${seq} cannot be read`);
      return { fact: decode(bytes), hash: hashOf(bytes) };
    },
  };
  await fullness.measure();
  const measuring = setInterval(() => void fullness.measure().catch(() => undefined), FULLNESS_EVERY_MS);

  let rest = async (): Promise<void> => undefined;
  return {
    begin: async () => {
      // Nobody could renew a lease of theirs meanwhile.
      runners.forgive();
      const schedules = createScheduleTimers(authority);
      const pulse = startPulse({
        authority,
        connection,
        isNamed: dependencies.isNamed,
        turns: [
          () => tellFullness(authority),
          () => schedules.fire(),
          () => deadlines.fire(tasks),
          () => dependencies.judge(tasks),
          () => batches.turn(authority),
          () => placement.place(tasks),
        ],
      });
      const unserve = serveAuthority(connection, authority, pulse.changed);
      wake = pulse.changed;
      rest = async () => {
        wake = () => undefined;
        pulse.stop();
        await unserve();
      };
      await connection.flush();
      pulse.changed();
    },
    rest: () => void rest(),
    stop: async () => {
      clearInterval(measuring);
      await rest();
      await journal.settled().catch(() => undefined);
    },
  };
};

/** Recovers from the journal, and leads or stands by: a leader opens its reign with its first fact and only then answers. */
export const startScheduler = async (ground: Ground): Promise<Running> => {
  const { env, log } = ground;
  const connection = await connectNats({ url: env.natsUrl, seedFile: env.natsSeedFile, user: "scheduler" });
  try {
    await requireJournal(connection);
    const witnesses = await askReadModel(env.databaseUrl, log);
    return await standBy({
      ground,
      connection,
      witnesses,
      startReign: (opened) => startReign(ground, connection, opened),
    });
  } catch (error) {
    await connection.close();
    throw error;
  }
};
