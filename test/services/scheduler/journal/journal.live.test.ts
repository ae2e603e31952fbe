import { jetstreamManager } from "@nats-io/jetstream";
import postgres from "postgres";
import { describe, expect, it } from "vitest";
import { connectNats } from "#infra/nats/connect.ts";
import { streamExtent } from "#infra/nats/follow.ts";
import { migrate } from "#infra/postgres/migrate.ts";
import { HEADER, JOURNAL } from "#schema/subjects.ts";
import { hashOf } from "../../../../services/scheduler/journal/seal.ts";
import { aReader, aRunner, aScheduler } from "../../../support/a-scheduler.ts";
import { freshDatabase, startNats } from "../../../support/stack.ts";
import { startTcpProxy } from "../../../support/tcp-proxy.ts";
import { until } from "../../../support/until.ts";
import { edge, ends, nats, scheduler, succeed, withASchedulerEach } from "./a-scheduler-with-types.ts";

withASchedulerEach();

/** The whole journal, once it has `count` task facts. */
const readAll = async (count = 0) => {
  const { last } = await streamExtent(edge.connection, JOURNAL);
  const reader = await aReader(edge.connection);
  await until("the whole journal", () => reader.facts.length >= last && reader.taskFacts().length >= count);
  await reader.stop();
  return reader;
};

/** Contiguous, chained by hash, each task's facts dense: nothing is missing, doubled or changed. */
const expectWhole = ({ facts, taskFacts }: Awaited<ReturnType<typeof readAll>>): void => {
  const counts = new Map<string, number>();
  facts.forEach(({ seq, fact, message }, index) => {
    expect(seq).toBe(index + 1);
    if (index > 0) expect(fact.chain.stream).toBe(hashOf(facts[index - 1]?.message.data as Uint8Array));
    expect(message.headers?.get(HEADER.hash)).toBe(hashOf(message.data));
  });
  for (const { taskId, n } of taskFacts()) {
    expect(n).toBe((counts.get(taskId) ?? 0) + 1);
    counts.set(taskId, n);
  }
  expect(new Set(facts.map(({ fact }) => fact.id)).size).toBe(facts.length);
};

describe("the journal", () => {
  it("stores many at once as one atomic batch, few one by one, all chained", async () => {
    const replies = await Promise.all(Array.from({ length: 400 }, () => edge.submit()));
    expect(replies.every((reply) => reply.ok)).toBe(true);
    const one = await edge.submit();
    const reader = await readAll(401);
    expectWhole(reader);
    const batched = reader.facts.filter(({ message }) => message.headers?.has("Nats-Batch-Id"));
    expect(batched.length).toBeGreaterThan(15);
    expect(reader.facts.at(-1)?.message.headers?.has("Nats-Batch-Id")).toBe(false);
    expect(one).toMatchObject({ ok: true, seq: reader.facts.at(-1)?.seq });
  });

  it("answers only what is on disk: a wish while NATS is away is not answered with yes", async () => {
    await nats.kill9();
    // The edge cannot even ask; what the scheduler itself wanted to record is undone, not kept as if it were.
    await expect(edge.submit()).rejects.toThrow();
    await nats.restart();
    await until(
      "the scheduler takes work again",
      async () => (await edge.submit().catch(() => undefined))?.ok,
    );
    expectWhole(await readAll(1));
  });

  it("loses no acknowledged fact and leaves no gap or double when nats-server is killed under load", async () => {
    const acknowledged: string[] = [];
    let running = true;
    const client = async (): Promise<void> => {
      while (running) {
        const reply = await edge.submit({}).catch(() => undefined);
        if (reply?.ok) acknowledged.push(reply.taskId);
        else await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const clients = Array.from({ length: 40 }, client);
    for (let kill = 1; kill <= 3; kill += 1) {
      const before = acknowledged.length;
      await until("work goes on", () => acknowledged.length > before + 100, 30_000);
      await nats.kill9();
      await nats.restart();
    }
    const before = acknowledged.length;
    await until("work goes on after the last kill", () => acknowledged.length > before + 100, 30_000);
    running = false;
    await Promise.all(clients);
    expect(scheduler.failures).toEqual([]);
    const reader = await readAll(acknowledged.length);
    expectWhole(reader);
    const stored = new Set(reader.taskFacts().map((fact) => fact.taskId));
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  });

  it("resolves an unclear end by reading back: what was stored counts, once", async () => {
    const proxy = await startTcpProxy(nats.port);
    ends.push(() => proxy.close());
    await scheduler.stop();
    succeed(await aScheduler(nats, { LONGSHORE_NATS_URL: `nats://127.0.0.1:${proxy.port}` }));
    expect(await edge.submit()).toMatchObject({ ok: true });
    const before = (await streamExtent(edge.connection, JOURNAL)).last;
    // A burst is asked for and its facts arrive on the stream, but no ack comes back; then the connection dies.
    const wishes = Promise.allSettled(Array.from({ length: 60 }, () => edge.submit()));
    await until(
      "facts are being stored",
      async () => (await streamExtent(edge.connection, JOURNAL)).last > before,
    );
    proxy.mute = true;
    const unheard = (await streamExtent(edge.connection, JOURNAL)).last;
    proxy.cut();
    proxy.mute = false;
    await wishes;
    await until(
      "the scheduler takes work again",
      async () => (await edge.submit().catch(() => undefined))?.ok,
    );
    expect(scheduler.failures).toEqual([]);
    const reader = await readAll();
    expectWhole(reader);
    expect(reader.facts.length).toBeGreaterThanOrEqual(unheard);
    const answered = (await wishes).flatMap((result) =>
      result.status === "fulfilled" && result.value.ok ? [result.value.taskId] : [],
    );
    const stored = new Set(reader.taskFacts().map((fact) => fact.taskId));
    expect(answered.every((id) => stored.has(id))).toBe(true);
  });

  it("is all that a new scheduler needs: tasks, runners, keys and settled tasks are as before", async () => {
    const runner = await aRunner(nats, { slots: 1, boot: "boot-2" });
    ends.push(runner.close);
    await runner.hello();
    const reader = await aReader(edge.connection);
    ends.push(reader.stop);
    const done = await edge.submit({ idempotencyKey: "k" });
    const assigned = await reader.given(null);
    await runner.report(assigned, { type: "started" });
    await runner.report(assigned, {
      type: "attempt-failed",
      error: { code: "x", message: "y" },
      retryable: false,
    });
    const held = await edge.submit();
    const holding = await reader.given(null, 2);
    await runner.report(holding, { type: "started" });
    const waiting = await edge.submit({ priority: "high" });
    await scheduler.stop();

    succeed(await aScheduler(nats));
    expect(await edge.submit({ idempotencyKey: "k" })).toMatchObject({
      ok: true,
      taskId: done.ok && done.taskId,
      repeated: true,
    });
    expect(await runner.lease("boot-2")).toMatchObject({ ok: true });
    expect(await runner.report(holding, { type: "completed", result: null })).toMatchObject({ ok: true });
    expect((await reader.given(null, 3)).taskId).toBe(waiting.ok && waiting.taskId);
    expect(await edge.wish(assigned.taskId, { type: "retry", items: "all" })).toMatchObject({ ok: true });
    expect(reader.of(held.ok ? held.taskId : "").at(-1)?.to).toBe("completed");
  });

  it("takes up timers where they were: a task due while no scheduler lived is released once", async () => {
    const reader = await aReader(edge.connection);
    ends.push(reader.stop);
    const reply = await edge.submit({ runAt: new Date(Date.now() + 400).toISOString() });
    const id = reply.ok ? reply.taskId : "";
    await scheduler.stop();
    await until(
      "it is overdue",
      () =>
        Date.now() >
        Date.parse(String((reader.of(id)[0]?.data["definition"] as { runAt: string } | undefined)?.runAt)) +
          100,
    );
    succeed(await aScheduler(nats));
    await reader.next(id, "released");
    await scheduler.stop();
    succeed(await aScheduler(nats));
    await edge.submit();
    await reader.next(null, "submitted", 2);
    expect(reader.of(id).filter((fact) => fact.type === "released")).toHaveLength(1);
  });
});

describe("a scheduler refuses to start", () => {
  it("on a stream that is not configured as a journal", async () => {
    const other = await startNats();
    ends.push(other.stop);
    const admin = await connectNats({
      url: other.url,
      seedFile: other.seedFile("provisioner"),
      user: "provisioner",
    });
    ends.push(() => admin.close());
    await (
      await jetstreamManager(admin)
    ).streams.add({ name: JOURNAL, subjects: ["task.>", "runner.>", "scheduler.>"], max_age: 1e9 });
    await expect(aScheduler(other)).rejects.toThrow(
      /not configured as a journal: .*atomic batches are not allowed.*expire by age/,
    );
  });

  it("on a stream that is behind what Postgres has seen, or is another one", async () => {
    const database = await freshDatabase();
    ends.push(() => database.drop());
    await migrate(database.url);
    const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
    ends.push(() => sql.end());
    await sql`insert into checkpoints (name, seq, hash, incarnation) values ('journal', 999, 'x', 'y')`;
    const env = { LONGSHORE_DATABASE_URL: database.url };
    await expect(aScheduler(nats, env)).rejects.toThrow(
      /ends at fact \d+, but the read model has already seen fact 999/,
    );
    await sql`update checkpoints set seq = 1`;
    await expect(aScheduler(nats, env)).rejects.toThrow(/not the one the read model has read: fact 1/);
  });

  it("on a journal with a hole", async () => {
    await edge.submit();
    await edge.submit();
    await scheduler.stop();
    const admin = await connectNats({
      url: nats.url,
      seedFile: nats.seedFile("provisioner"),
      user: "provisioner",
    });
    ends.push(() => admin.close());
    await (await jetstreamManager(admin)).streams.purge(JOURNAL, { seq: 2 });
    await expect(aScheduler(nats)).rejects.toThrow(/The journal has a gap: fact 0 is followed by fact 2/);
  });
});

describe("the users of NATS", () => {
  const users = ["scheduler", "runner", "monitor", "projector", "web"];
  const connectAs = async (user: string) => {
    const connection = await connectNats({ url: nats.url, seedFile: nats.seedFile(user), user });
    ends.push(() => connection.close());
    return connection;
  };

  for (const user of users.filter((name) => name !== "scheduler")) {
    it(`keep ${user} from forging a fact`, async () => {
      const connection = await connectAs(user);
      const before = (await streamExtent(edge.connection, JOURNAL)).last;
      for (const subject of ["task.default.completed.local", "runner.lost.local", "scheduler.epoch"]) {
        await expect(connection.request(subject, "{}", { timeout: 500 }), subject).rejects.toThrow();
      }
      expect((await streamExtent(edge.connection, JOURNAL)).last).toBe(before);
    });
  }

  for (const user of users) {
    it(`keep ${user} from deleting, purging or changing the journal`, async () => {
      const connection = await connectAs(user);
      for (const verb of ["DELETE", "PURGE", "UPDATE", "MSG.DELETE", "RESTORE"]) {
        await expect(
          connection.request(`$JS.API.STREAM.${verb}.${JOURNAL}`, "{}", { timeout: 300 }),
          verb,
        ).rejects.toThrow();
      }
      expect((await streamExtent(edge.connection, JOURNAL)).last).toBeGreaterThan(0);
    });
  }

  it("keep a runner from another's inbox, from wishing, and from reporting as another", async () => {
    const connection = await connectAs("runner");
    const refused = (subject: string, body = "{}") =>
      expect(connection.request(subject, body, { timeout: 300 }), subject).rejects.toThrow();
    await refused("command.submit");
    connection.publish("_INBOX.web.forged", "an answer nobody asked for");
    await expect(
      (async () => {
        for await (const status of connection.status()) {
          if (status.type === "error") throw status.error;
        }
      })(),
    ).rejects.toThrow(/permissions violation/i);
    await refused("report.other.hello");
    await refused(
      `$JS.API.CONSUMER.CREATE.${JOURNAL}.x.task.>`,
      JSON.stringify({ stream_name: JOURNAL, config: { filter_subject: "task.>" } }),
    );
    await refused(
      `$JS.API.CONSUMER.CREATE.${JOURNAL}.x.task.*.*.other`,
      JSON.stringify({ stream_name: JOURNAL, config: { filter_subject: "task.*.*.other" } }),
    );
  });

  it("keep everybody out who has no key", async () => {
    await expect(
      Promise.race([
        connectNats({ url: nats.url, seedFile: null, user: "nobody" }),
        new Promise((_, reject) => setTimeout(() => reject(new Error("not let in")), 1_000)),
      ]),
    ).rejects.toThrow();
  });
});
