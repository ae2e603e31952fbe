import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jetstreamManager } from "@nats-io/jetstream";
import { headers as natsHeaders } from "@nats-io/nats-core";
import { openAccess } from "#infra/nats/access.ts";
import { HEADER, JOURNAL, telemetrySubject } from "#schema/subjects.ts";
import { keyOf } from "../../../web/server/access.ts";
import { type AJournal, openTestJournal } from "../../support/a-journal.ts";
import { until } from "../../support/until.ts";
import { listen, type Listening } from "./a-listener.ts";
import { anEdge, type TestEdge, TOKEN } from "./an-edge.ts";

let edge: TestEdge;
let journal: AJournal;

beforeAll(async () => {
  edge = await anEdge();
  journal = openTestJournal(await edge.connect("scheduler"));
});
afterAll(() => edge.stop());

const open = (query = "", headers: Record<string, string> = {}): Promise<Listening> =>
  listen(`${edge.url}/api/stream${query}`, { authorization: `Bearer ${TOKEN}`, ...headers });

const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

const written = (): number => journal.facts.length;

describe("the stream", () => {
  it("tells hello first, then every fact as it is stored, as it is stored", async () => {
    const stream = await open();
    const hello = await stream.next("hello");
    expect(hello.data).toEqual({ asOf: written() });
    const id = await journal.submit({ name: "Line\nbreak, ünïcode and \u2028" });
    const fact = await stream.next("fact");
    expect(fact.id).toBe(String(written()));
    expect(fact.data).toEqual({ seq: written(), fact: journal.facts.at(-1)?.fact });
    expect((fact.data as { fact: { taskId: string } }).fact.taskId).toBe(id);
    stream.close();
  });

  it("goes on after a place without a gap or a repeat while facts are being written", async () => {
    let writing = true;
    const writer = (async () => {
      while (writing) await journal.submit();
    })();
    await until("some facts", () => written() > 50);
    let place = 0;
    const told: number[] = [];
    // Each connection is cut after a few facts; the next resumes by Last-Event-ID, as a browser does.
    for (let round = 0; round < 12; round += 1) {
      const stream = await open(`?after=0`, place === 0 ? {} : { "last-event-id": String(place) });
      await until("more facts", () => stream.facts().length > 20);
      const facts = stream.facts();
      stream.close();
      told.push(...facts);
      place = told.at(-1) ?? 0;
    }
    writing = false;
    await writer;
    const rest = await open("", { "last-event-id": String(place) });
    await until("the last fact", () => (rest.facts().at(-1) ?? place) === written());
    expect([...told, ...rest.facts()]).toEqual(upTo(written()));
    rest.close();
  });

  it("lets Last-Event-ID win over the address it was opened with", async () => {
    const stream = await open("?after=1", { "last-event-id": String(written() - 2) });
    await until("two facts", () => stream.facts().length >= 2);
    expect(stream.facts()).toEqual(upTo(written(), written() - 1));
    stream.close();
  });

  it("resets a place beyond the journal's end, and goes on from now", async () => {
    const stream = await open(`?after=${written() + 1_000}`);
    const reset = await stream.next("reset");
    expect(reset.data).toEqual({ asOf: written() });
    await journal.submit();
    expect((await stream.next("fact")).id).toBe(String(written()));
    stream.close();
  });

  it("tells progress, samples and engine changes without an id, and output only of the task asked for", async () => {
    const runner = await edge.connect("runner");
    const stream = await open("?logs=task-a");
    await stream.next("hello");
    const observe = (kind: "progress" | "log" | "engine", taskId: string, body: object): void => {
      const head = natsHeaders();
      head.set(HEADER.taskId, taskId);
      runner.publish(telemetrySubject(kind, "local"), JSON.stringify(body), { headers: head });
    };
    const at = "2026-11-21T08:00:00.000Z";
    for (let percent = 0; percent <= 100; percent += 1) {
      observe("progress", "task-a", { taskId: "task-a", attempt: 1, at, percent, message: "" });
    }
    observe("log", "task-b", {
      taskId: "task-b",
      attempt: 1,
      chunk: 1,
      at,
      stream: "stdout",
      text: "not mine",
    });
    observe("log", "task-a", { taskId: "task-a", attempt: 1, chunk: 1, at, stream: "stdout", text: "mine" });
    observe("engine", "", { runner: "local", at, reachable: true, containers: [] });
    const log = await stream.next("log");
    expect(log.data).toMatchObject({
      taskId: "task-a",
      text: "mine",
      dropped: 0,
      seq: expect.any(Number) as number,
    });
    expect((await stream.next("engine")).data).toMatchObject({ runner: "local", reachable: true });
    await until("the last progress", () =>
      stream.events.some(
        ({ event, data }) => event === "progress" && (data as { percent: number }).percent === 100,
      ),
    );
    const progress = stream.events.filter(({ event }) => event === "progress");
    // 101 reports within a moment become a handful: four a second.
    expect(progress.length).toBeLessThan(10);
    expect(
      stream.events.filter(({ event, id }) => id !== undefined && event !== "hello" && event !== "fact"),
    ).toEqual([]);
    expect(stream.events.some(({ data }) => JSON.stringify(data).includes("not mine"))).toBe(false);
    stream.close();
  });

  it("ends soon after its session is revoked", async () => {
    const bucket = openAccess(await edge.connect("web"));
    const key = keyOf("session", "to-be-revoked");
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    await bucket.put(key, { user: "ada", capabilities: ["view"], expiresAt, endsAt: expiresAt });
    const stream = await listen(`${edge.url}/api/stream`, { cookie: "longshore_session=to-be-revoked" });
    await stream.next("hello");
    await bucket.remove(key);
    const start = performance.now();
    await until("the end", () => stream.ended());
    expect(performance.now() - start).toBeLessThan(4_000);
  });

  it("pings a silent line", async () => {
    const stream = await open();
    await until("a ping", () => stream.pings() > 0);
    stream.close();
  });

  it("survives kill -9 of the message server without a gap", async () => {
    const stream = await open();
    await stream.next("hello");
    const before = written();
    await journal.submit();
    await until("the fact", () => stream.facts().length === 1);
    await edge.nats.kill9();
    await edge.nats.restart();
    const again = openTestJournal(await edge.connect("scheduler"), await end());
    for (let count = 0; count < 5; count += 1) await again.submit();
    const start = performance.now();
    await until("the facts after the restart", () => stream.facts().length === 6);
    expect(performance.now() - start).toBeLessThan(5_000);
    expect(stream.facts()).toEqual(upTo(before + 6, before + 1));
    expect(edge.failures).toEqual([]);
    stream.close();
  });

  it("drops a client that does not read, and keeps serving those that do", async () => {
    const fresh = await anEdge();
    try {
      const facts = openTestJournal(await fresh.connect("scheduler"));
      const deaf = connect(fresh.port, "127.0.0.1");
      deaf.on("error", () => undefined);
      deaf.pause();
      deaf.write(
        `GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:${fresh.port}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
      );
      const reader = await listen(`${fresh.url}/api/stream`, { authorization: `Bearer ${TOKEN}` });
      await reader.next("hello");
      const payload = { value: { text: "x".repeat(30_000) } };
      // More than both ends' socket buffers and the 8 MiB that may wait, twice over.
      for (let count = 0; count < 1_200; count += 1) await facts.submit({ payload });
      await until("all facts", () => reader.facts().length === 1_200);
      deaf.resume();
      await until("the end of the deaf one", () => deaf.closed || deaf.destroyed);
      reader.close();
    } finally {
      await fresh.stop();
    }
  });

  it("ends with the service: stopping does not wait for readers", async () => {
    const fresh = await anEdge();
    const stream = await listen(`${fresh.url}/api/stream`, { authorization: `Bearer ${TOKEN}` });
    await stream.next("hello");
    const start = performance.now();
    await fresh.stopWeb();
    expect(performance.now() - start).toBeLessThan(3_000);
    await until("the end", () => stream.ended());
    await fresh.stop();
  });

  it("resets a place whose facts were trimmed from the journal", async () => {
    const fresh = await anEdge();
    try {
      const facts = openTestJournal(await fresh.connect("scheduler"));
      for (let count = 0; count < 10; count += 1) await facts.submit();
      const manager = await jetstreamManager(await fresh.connect("provisioner"));
      await manager.streams.purge(JOURNAL, { seq: 6 });
      await fresh.stopWeb();
      const url = await fresh.startWeb();
      const auth = { authorization: `Bearer ${TOKEN}` };
      const trimmed = await listen(`${url}/api/stream?after=2`, auth);
      await trimmed.next("reset");
      const kept = await listen(`${url}/api/stream?after=5`, auth);
      await until("the kept facts", () => kept.facts().length === 5);
      expect(kept.facts()).toEqual(upTo(10, 6));
      trimmed.close();
      kept.close();
    } finally {
      await fresh.stop();
    }
  });

  it("reads what its memory no longer holds from the journal, while facts are being written", async () => {
    const fresh = await anEdge();
    try {
      const facts = openTestJournal(await fresh.connect("scheduler"));
      for (let count = 0; count < 400; count += 1) await facts.submit();
      const projector = await fresh.project();
      await until("the checkpoint", async () => (await fresh.client.tasks()).asOf === 400);
      await projector.stop();
      await fresh.stopWeb();
      // The restarted edge begins where the read model ends: everything before must come from the journal.
      const url = await fresh.startWeb();
      let writing = true;
      const writer = (async () => {
        while (writing) await facts.submit();
      })();
      const stream = await listen(`${url}/api/stream?after=0`, { authorization: `Bearer ${TOKEN}` });
      await until("more than there was", () => stream.facts().length > 450);
      writing = false;
      await writer;
      await until("all facts", () => stream.facts().length >= facts.facts.length);
      expect(stream.facts()).toEqual(upTo(facts.facts.length));
      stream.close();
    } finally {
      await fresh.stop();
    }
  });

  const end = async (): Promise<{ seq: number; hash: string }> => {
    const manager = await jetstreamManager(await edge.connect("provisioner"));
    const { state } = await manager.streams.info(JOURNAL);
    return { seq: state.last_seq, hash: "0".repeat(64) };
  };
});
