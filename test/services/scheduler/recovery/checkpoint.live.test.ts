import { jetstreamManager } from "@nats-io/jetstream";
import { type ObjectInfo, Objm } from "@nats-io/obj";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Blobs, openBlobs } from "#infra/nats/blobs.ts";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { CHECKPOINTS, JOURNAL } from "#schema/subjects.ts";
import { keptCheckpoints, writeCheckpoint } from "../../../../services/scheduler/recovery/checkpoint.ts";
import { recover, type Recovery } from "../../../../services/scheduler/recovery/recovery.ts";
import { type AJournal, openTestJournal } from "../../../support/a-journal.ts";
import { aReader, aRunner, anEdge, aScheduler } from "../../../support/a-scheduler.ts";
import { provisioned } from "../../../support/provisioned.ts";
import { startNats, type TestNats } from "../../../support/stack.ts";
import { until } from "../../../support/until.ts";
import { memoryOf } from "./memory-of.ts";
import { aSchedulerProcess, endSchedulerProcesses, writeOneCheckpoint } from "../program.ts";

const STORE = `OBJ_${CHECKPOINTS}`;

let nats: TestNats;
let connection: NatsConnection;
let admin: NatsConnection;
let blobs: Blobs;
let warnings: string[];
const ends: (() => unknown)[] = [];

const connectAs = async (user: string): Promise<NatsConnection> => {
  const made = await connectNats({ url: nats.url, seedFile: nats.seedFile(user), user });
  ends.push(() => made.close());
  return made;
};

beforeEach(async () => {
  warnings = [];
  nats = await provisioned(await startNats());
  ends.push(() => nats.stop());
  [connection, admin] = [await connectAs("scheduler"), await connectAs("provisioner")];
  blobs = await openBlobs(connection, CHECKPOINTS);
});

afterEach(async () => {
  await endSchedulerProcesses();
  for (const end of ends.splice(0).toReversed()) await end();
});

const recovery = async (): Promise<Recovery> => {
  const log = pino({ level: "warn" }, { write: (line) => void warnings.push(line) });
  const failed = (error: unknown): void => void warnings.push(String(error));
  const made = await recover({ connection, witnesses: [], log, failed });
  ends.push(() => made.stop());
  return made;
};

const checkpointNow = async (): Promise<number> => {
  const { recovered, stop } = await recovery();
  await stop();
  await writeCheckpoint(blobs, recovered);
  return recovered.tail.seq;
};

const work = async (journal: AJournal, count: number): Promise<void> => {
  for (let task = 0; task < count; task += 1) {
    const id = await journal.begin({ idempotencyKey: `key-${task}` });
    if (task % 2 === 0) await journal.happen(id, { type: "completed", report: 2, result: null });
    if (task % 3 === 0) await journal.submit({ after: [id] });
    if (task % 5 === 0) await journal.runner("joined", `runner-${task}`, { boot: "b", slots: 1, types: [] });
  }
};

const purgeUpTo = async (seq: number): Promise<void> => {
  await (await jetstreamManager(admin)).streams.purge(JOURNAL, { seq });
};

const newestObject = async (): Promise<ObjectInfo> => {
  const [newest] = await keptCheckpoints(blobs);
  const info = newest && (await (await new Objm(connection).open(CHECKPOINTS)).info(newest.head.name));
  if (!info) throw new Error("there is no checkpoint");
  return info;
};

const piecesOf = async ({ nuid }: ObjectInfo) => {
  const { streams } = await jetstreamManager(admin);
  const subject = `$O.${CHECKPOINTS}.C.${nuid}`;
  const message = await streams.getMessage(STORE, { last_by_subj: subject });
  if (message === null) throw new Error("the checkpoint has no content");
  return { subject, message, remove: () => streams.purge(STORE, { filter: subject }) };
};

describe("a recovery", () => {
  it("begins at the newest checkpoint: what was before it is not read", async () => {
    const journal = openTestJournal(connection);
    await work(journal, 30);
    const at = await checkpointNow();
    await work(journal, 10);
    const whole = memoryOf((await recovery()).recovered);
    await purgeUpTo(at + 1);
    const { recovered, checkpoint } = await recovery();
    expect(checkpoint).toBe(at);
    expect(memoryOf(recovered)).toEqual(whole);
    expect(warnings).toEqual([]);
  });

  it("goes on as the journal grows, and finds a fact that does not follow", async () => {
    const journal = openTestJournal(connection);
    await work(journal, 3);
    await checkpointNow();
    const reading = await recovery();
    await work(journal, 3);
    await reading.reach(journal.facts.length);
    expect(reading.recovered.live.size).toBe((await recovery()).recovered.live.size);
    await openTestJournal(connection, { seq: journal.facts.length, hash: "f".repeat(64) }).submit();
    await until("it ends", () => warnings.some((line) => line.includes("The journal was changed")));
  });

  describe("of two checkpoints of which the newer is damaged", () => {
    let older: number;
    let journal: AJournal;
    beforeEach(async () => {
      journal = openTestJournal(connection);
      await work(journal, 10);
      older = await checkpointNow();
      await work(journal, 10);
      await checkpointNow();
    });

    const usesTheOlder = async (): Promise<void> => {
      const { recovered, checkpoint } = await recovery();
      expect(checkpoint).toBe(older);
      expect(recovered.tail.seq).toBe(journal.facts.length);
    };

    it("uses the older when a byte of it was flipped", async () => {
      const { subject, message, remove } = await piecesOf(await newestObject());
      await remove();
      const bytes = Uint8Array.from(message.data);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      await connection.request(subject, bytes);
      await usesTheOlder();
      expect(warnings.join()).toContain("an older one is used");
    });

    it("uses the older when its end is missing", async () => {
      const { subject, message, remove } = await piecesOf(await newestObject());
      await remove();
      await connection.request(subject, message.data.slice(0, -20));
      await usesTheOlder();
    });

    it("uses the older when its head was changed", async () => {
      const info = await newestObject();
      const objects = await new Objm(connection).open(CHECKPOINTS);
      await objects.update(info.name, { name: info.name, metadata: { ...info.metadata, seq: "7" } });
      await usesTheOlder();
    });

    it("reads the whole journal when the content of both is gone", async () => {
      const newest = await newestObject();
      await (await piecesOf(newest)).remove();
      const objects = await new Objm(connection).open(CHECKPOINTS);
      const [, other] = await keptCheckpoints(blobs);
      const info = await objects.info(other?.head.name ?? "");
      if (info) await (await piecesOf(info)).remove();
      const { recovered, checkpoint } = await recovery();
      expect(checkpoint).toBe(0);
      expect(recovered.tail.seq).toBe(journal.facts.length);
      expect(warnings.filter((line) => line.includes("does not arrive"))).toHaveLength(2);
    });
  });

  it("reads the whole journal when there is no place for checkpoints", async () => {
    await work(openTestJournal(connection), 3);
    await (await jetstreamManager(admin)).streams.delete(STORE);
    expect((await recovery()).checkpoint).toBe(0);
    expect(warnings.join()).toContain("checkpoints cannot be read");
  });

  it("refuses a journal that is behind a checkpoint, or is another one", async () => {
    const journal = openTestJournal(connection);
    await work(journal, 3);
    const { recovered, stop } = await recovery();
    await stop();
    const { seq } = recovered.tail;
    await writeCheckpoint(blobs, { ...recovered, tail: { seq: seq + 5, hash: "a".repeat(64) } });
    await expect(recovery()).rejects.toThrow(
      `The journal ends at fact ${seq}, but a checkpoint has already seen fact ${seq + 5}`,
    );
    await work(journal, 3);
    await expect(recovery()).rejects.toThrow(`not the one a checkpoint has read: fact ${seq + 5}`);
  });
});

describe("a scheduler", () => {
  it("that starts from a checkpoint knows tasks, keys, runners, and what can be tried again", async () => {
    const scheduler = await aScheduler(nats);
    const edge = await anEdge(nats);
    const runner = await aRunner(nats, { slots: 1 });
    const reader = await aReader(edge.connection);
    ends.push(edge.close, runner.close, reader.stop);
    await runner.hello();
    const failed = await edge.submit({ idempotencyKey: "k" });
    const assigned = await reader.given(null);
    await runner.report(assigned, { type: "started" });
    const error = { code: "x", message: "y" };
    await runner.report(assigned, { type: "attempt-failed", error, retryable: false });
    await edge.submit();
    const holding = await reader.given(null, 2);
    await runner.report(holding, { type: "started" });
    const waiting = await edge.submit();
    await scheduler.stop();
    expect(await writeOneCheckpoint(nats)).toContain("wrote a checkpoint");

    const next = await aScheduler(nats);
    ends.push(next.stop);
    expect((await recovery()).checkpoint).toBeGreaterThan(5);
    const again = await edge.submit({ idempotencyKey: "k" });
    expect(again).toMatchObject({ ok: true, repeated: true, taskId: failed.ok && failed.taskId });
    expect(await runner.lease()).toMatchObject({ ok: true });
    expect(await runner.report(holding, { type: "completed", result: null })).toMatchObject({ ok: true });
    const third = await reader.given(null, 3);
    expect(third.taskId).toBe(waiting.ok && waiting.taskId);
    expect(await edge.wish(assigned.taskId, { type: "retry", items: "all" })).toMatchObject({ ok: true });
  });

  it("has checkpoints written while it serves, once there is something to write", async () => {
    await aSchedulerProcess(nats);
    const edge = await anEdge(nats);
    const scout = await aRunner(nats, { slots: 0 });
    ends.push(edge.close, scout.close);
    await scout.hello();
    for (let burst = 0; burst < 11; burst += 1) {
      const wishes = await Promise.all(Array.from({ length: 500 }, () => edge.submit()));
      expect(wishes.every(({ ok }) => ok)).toBe(true);
    }
    let slowest = 0;
    const [kept] = await until(
      "a checkpoint",
      async () => {
        const began = performance.now();
        expect(await edge.submit()).toMatchObject({ ok: true });
        slowest = Math.max(slowest, performance.now() - began);
        const all = await keptCheckpoints(blobs);
        return all.length > 0 && all;
      },
      30_000,
    );
    expect(kept?.seq).toBeGreaterThanOrEqual(5_000);
    expect(slowest, "the leader went on meanwhile").toBeLessThan(1_000);
  });
});
