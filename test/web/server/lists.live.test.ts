import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { headers as natsHeaders } from "@nats-io/nats-core";
import type { TaskListQuery, TaskSummary } from "#schema/api.ts";
import { HEADER, telemetrySubject } from "#schema/subjects.ts";
import { type AJournal, anAssignment } from "../../support/a-journal.ts";
import { until } from "../../support/until.ts";
import { listen } from "./a-listener.ts";
import { aToldEdge, type ToldEdge } from "./a-told-edge.ts";
import { type TestEdge, TOKEN } from "./an-edge.ts";

let edge: TestEdge;
let journal: AJournal;
let projected: ToldEdge["projected"];

beforeAll(async () => {
  ({ edge, journal, projected } = await aToldEdge());
});
afterAll(() => edge.stop());

const allPages = async (query: TaskListQuery, between: () => Promise<void> = async () => undefined) => {
  const items: TaskSummary[] = [];
  let cursor: string | undefined;
  do {
    const page = await edge.client.tasks({ ...query, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.next;
    await between();
  } while (cursor !== undefined);
  return items;
};

describe("the list of tasks", () => {
  it("gives each task once, newest first, while others are being submitted", async () => {
    const before: string[] = [];
    for (let count = 0; count < 23; count += 1) before.push(await journal.submit({ queue: "paging" }));
    await projected();
    const items = await allPages({ limit: 5, queue: "paging" }, async () => {
      await journal.submit({ queue: "paging" });
      await projected();
    });
    expect(items.map(({ id }) => id)).toEqual(before.reverse());
  });

  it("filters by state, tag, type, priority, label and text, and takes % and _ for what they are", async () => {
    const running = await journal.begin({
      queue: "f",
      name: "Nightly backup 100%",
      labels: { team: "red", x: "a=b" },
    });
    const held = await journal.submit({
      queue: "f",
      name: "nightly_report",
      priority: "high",
      type: "docker.containers",
    });
    await journal.happen(held, { type: "held" });
    const failed = await journal.begin({
      queue: "f",
      name: "Something else",
      labels: { team: "blue" },
      retry: { maxAttempts: 1, initialMs: 0, factor: 1, maxMs: 0, jitter: 0 },
    });
    await journal.happen(failed, {
      type: "attempt-failed",
      report: 2,
      error: { code: "exit-1", message: "no" },
      retryable: false,
      dueAt: "2026-11-21T09:00:00.000Z",
    });
    await projected();
    const ids = async (query: TaskListQuery): Promise<string[]> =>
      (await allPages({ ...query, queue: "f" })).map(({ id }) => id).sort();
    const sorted = (...list: string[]): string[] => list.sort();

    expect(await ids({})).toEqual(sorted(running, held, failed));
    expect(await ids({ state: "running" })).toEqual([running]);
    expect(await ids({ state: "running,failed" })).toEqual(sorted(running, failed));
    expect(await ids({ state: "waiting" })).toEqual([held]);
    expect(await ids({ state: "active,failed" })).toEqual(sorted(running, failed));
    expect(await ids({ type: "docker.containers" })).toEqual([held]);
    expect(await ids({ priority: "high" })).toEqual([held]);
    expect(await ids({ label: "team" })).toEqual(sorted(running, failed));
    expect(await ids({ label: "team=red" })).toEqual([running]);
    expect(await ids({ label: "x=a=b" })).toEqual([running]);
    expect(await ids({ text: "NIGHTLY" })).toEqual(sorted(running, held));
    expect(await ids({ text: "0%" })).toEqual([running]);
    expect(await ids({ text: "y_r" })).toEqual([held]);
    expect(await ids({ text: "y_b" })).toEqual([]);
    expect(await ids({ text: "\\" })).toEqual([]);
    expect(await ids({ text: failed })).toEqual([failed]);
    expect(await ids({ from: "2099-01-01T00:00:00Z" })).toEqual([]);
    expect(await ids({ to: "2099-01-01T00:00:00Z" })).toEqual(sorted(running, held, failed));
  });

  it("joins the stream exactly: nothing is told twice and nothing is missing", async () => {
    let writing = true;
    const writer = (async () => {
      while (writing) await journal.submit({ queue: "join" });
    })();
    await until("some tasks", async () => (await edge.client.tasks({ queue: "join" })).items.length > 20);
    const { asOf } = await edge.client.tasks({ queue: "join", limit: 1 });
    const items = (await allPages({ queue: "join", limit: 500 })).filter(({ born }) => born <= asOf);
    const stream = await listen(`${edge.url}/api/stream?after=${asOf}`, { authorization: `Bearer ${TOKEN}` });
    await until("more facts", () => stream.facts().length > 20);
    writing = false;
    await writer;
    await until("the last fact", () => stream.facts().at(-1) === journal.facts.length);
    const all = journal.facts.filter(({ seq }) => (items.at(-1)?.born ?? 0) <= seq).map(({ seq }) => seq);
    expect([...items.map(({ born }) => born).reverse(), ...stream.facts()]).toEqual(all);
    stream.close();
  });

  it("leaves payload and plan out of its lines", async () => {
    const { items } = await edge.client.tasks({ limit: 3 });
    expect(items).not.toEqual([]);
    expect(JSON.stringify(items)).not.toContain("payload");
  });
});

describe("what is remembered of a task", () => {
  it("answers its events, items, plan and any earlier state, page by page", async () => {
    const id = await journal.begin({ type: "docker.containers" });
    const items = Array.from({ length: 7 }, (_, index) => ({ id: `c${index}`, name: `box-${index}` }));
    await journal.happen(id, {
      type: "planned",
      report: 2,
      plan: { number: 1, count: 7, plan: { value: { items } } },
    });
    const planned = journal.facts.length;
    await journal.happen(id, anAssignment(2));
    await journal.happen(id, { type: "started", report: 1 });
    await journal.happen(id, {
      type: "items-recorded",
      report: 2,
      items: [
        { index: 0, outcome: "done", ms: 12 },
        { index: 1, outcome: "failed", code: "gone", message: "It is gone." },
      ],
    });
    await projected();
    const first = await edge.client.items(id, { limit: 3 });
    expect(first.items.map(({ name, outcome }) => [name, outcome])).toEqual([
      ["box-0", "done"],
      ["box-1", "failed"],
      ["box-2", null],
    ]);
    const rest = await edge.client.items(id, { after: Number(first.next), limit: 10 });
    expect(rest.items.map(({ index }) => index)).toEqual([3, 4, 5, 6]);
    expect(rest.next).toBeUndefined();

    const events = await edge.client.events(id);
    expect(events.items.map(({ type }) => type)).toEqual([
      "submitted",
      "assigned",
      "started",
      "planned",
      "assigned",
      "started",
      "items-recorded",
    ]);
    expect(events.items.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const second = await edge.client.events(id, { after: events.items[4]?.seq ?? 0 });
    expect(second.items.map(({ n }) => n)).toEqual([6, 7]);

    expect(await edge.client.plan(id)).toEqual({ number: 1, items });
    const then = await edge.client.snapshot(id, planned);
    expect([then.state, then.n, then.context.counts.done]).toEqual(["queued", 4, 0]);
    expect((await edge.client.task(id)).counts).toMatchObject({ planned: 7, done: 1, failed: 1 });
    await expect(edge.client.snapshot(id, 1)).rejects.toMatchObject({ status: 404 });
  });

  it("answers output by telemetry sequence", async () => {
    const id = await journal.begin();
    const runner = await edge.connect("runner");
    const head = natsHeaders();
    head.set(HEADER.taskId, id);
    for (let chunk = 1; chunk <= 5; chunk += 1) {
      const body = {
        taskId: id,
        attempt: 1,
        chunk,
        at: "2026-11-21T08:00:00.000Z",
        stream: "stdout",
        text: `line ${chunk}\n`,
      };
      runner.publish(telemetrySubject("log", "local"), JSON.stringify(body), { headers: head });
    }
    await projected();
    await until("five chunks", async () => (await edge.client.logs(id)).items.length === 5);
    const first = await edge.client.logs(id, { limit: 2 });
    const rest = await edge.client.logs(id, { after: Number(first.next) });
    expect([...first.items, ...rest.items].map(({ text }) => text.trim())).toEqual(
      [1, 2, 3, 4, 5].map((n) => `line ${n}`),
    );
  });

  it("answers 404 for a task there never was, and for the plan of one that has none", async () => {
    for (const part of ["", "/events", "/logs", "/items", "/plan", "/snapshot?at=5"]) {
      expect([part, (await edge.admin(`/api/tasks/never${part}`)).status]).toEqual([part, 404]);
    }
    const id = await journal.submit();
    await until("the task", async () => (await edge.admin(`/api/tasks/${id}`)).status === 200);
    await expect(edge.client.plan(id)).rejects.toMatchObject({ status: 404 });
  });

  it("is the newer of read model and tail, also after the edge was started again", async () => {
    const id = await journal.begin();
    await projected();
    await edge.stopWeb();
    const url = await edge.startWeb();
    await journal.happen(id, { type: "cancel-requested" });
    const state = async (): Promise<string> => {
      const response = await fetch(`${url}/api/tasks/${id}`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      return ((await response.json()) as { state: string }).state;
    };
    await until("the new state", async () => (await state()) === "cancelling", 2_000);
  });
});
