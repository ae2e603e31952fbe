import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, createClient } from "#client/http.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

let stack: TestStack;
let client: Client;
beforeAll(async () => {
  stack = await startStack({ env: { LONGSHORE_SLOTS: "4" } });
  client = createClient({ baseUrl: stack.url, token: stack.token });
}, 120_000);
afterAll(() => stack.stop(), 60_000);

const run = async (command: string[], task: Partial<SubmitBody> = {}): Promise<string> =>
  (await client.submit({ type: "command", payload: { command }, ...task })).id;
const reaches = (id: string, state: string): Promise<true> =>
  until(
    `task ${id} is ${state}`,
    async () => (await client.task(id)).state.startsWith(state) || undefined,
    30_000,
  );
const history = async (id: string) => (await client.events(id, { limit: 500 })).items;

describe("a day's work", () => {
  it("waits by the limits of its queue and says in one sentence why", async () => {
    await client.queues.configure("night", { concurrency: 1 }, "one at a time");
    const first = await run(["sleep", "60"], { queue: "night" });
    const second = await run(["true"], { queue: "night" });
    await reaches(first, "running");
    expect((await client.task(second)).waiting).toBe("The queue night runs 1 of at most 1 tasks.");
    await until("the shared reason is recorded", async () =>
      (await client.queues.limits()).items.find(({ id }) => id === "queue:night"),
    );
    await client.cancel(first);
    await reaches(second, "completed");
    expect((await history(second)).map(({ type }) => type)).not.toContain("blocked");
    const [row] = (await client.queues.list()).items.filter(({ id }) => id === "night");
    expect(row).toMatchObject({ state: "open", concurrency: 1, counts: { completed: 1, cancelled: 1 } });
  });

  it("comes one after another, and is skipped when what comes first has failed", async () => {
    const good = await run(["true"]);
    const bad = await run(["false"]);
    const after = await run(["true"], { after: [good] });
    const report = await run(["true"], { after: [good, bad], afterPolicy: { when: "settled" } });
    const skipped = await run(["true"], { after: [bad], afterPolicy: { otherwise: "skip" } });
    await Promise.all([
      reaches(after, "completed"),
      reaches(report, "completed"),
      reaches(skipped, "cancelled"),
    ]);
    const ended = (await history(bad)).at(-1)?.seq ?? Infinity;
    const began = (await history(report)).find(({ to }) => to === "running.starting")?.seq ?? 0;
    expect(began).toBeGreaterThan(ended);
    expect((await history(skipped)).map(({ type }) => type)).toEqual(["submitted", "dependency-failed"]);
  });

  it("recurs by schedule, each due moment once, though the scheduler is killed in between", async () => {
    const { id } = await client.schedules.create({
      name: "Every second",
      cron: "* * * * * *",
      missed: "all",
      overlap: "queue",
      task: { type: "command", payload: { command: ["true"] } },
    });
    const fired = async (): Promise<string[]> =>
      (await client.schedules.events(id)).items.flatMap(({ type, data }) =>
        type === "fired" ? [String(data["dueAt"])] : [],
      );
    await until("it has fired", async () => (await fired()).length >= 2);
    const before = stack.pids()["scheduler"] ?? 0;
    await stack.kill9("scheduler");
    await stack.restarted("scheduler", before);
    const atKill = (await fired()).length;
    await until("it fires again", async () => (await fired()).length >= atKill + 3, 30_000);
    await client.schedules.pause(id);
    const due = await fired();
    expect(new Set(due).size).toBe(due.length);
    const span = (Date.parse(due.at(-1) ?? "") - Date.parse(due[0] ?? "")) / 1_000 + 1;
    expect(due).toHaveLength(span);
    const made = await until("their tasks are listed", async () => {
      const { items } = await client.tasks({ schedule: id, limit: 500 });
      return items.length >= due.length ? items : undefined;
    });
    expect(made).toHaveLength(due.length);
  }, 90_000);

  it("is submitted from a template, whose versions stay", async () => {
    const task = { type: "command", name: "Say {{word}}", payload: { command: ["echo", "{{word}}"] } };
    const parameters = {
      type: "object",
      properties: { word: { type: "string", minLength: 1 } },
      required: ["word"],
      additionalProperties: false,
    };
    await client.templates.define({ name: "say", parameters, task });
    const { id } = await client.templates.submit("say", { parameters: { word: "hello" } });
    await reaches(id, "completed");
    expect(await client.task(id)).toMatchObject({
      name: "Say hello",
      labels: { "longshore.template": "say@1" },
    });
    await expect(client.templates.submit("say", { parameters: {} })).rejects.toMatchObject({ status: 400 });
    await client.templates.define({ name: "say", parameters, task: { ...task, name: "Again {{word}}" } });
    const old = await client.templates.submit("say", { version: 1, parameters: { word: "old" } });
    expect((await client.task(old.id)).name).toBe("Say old");
  });

  it("is put aside by the hundred in one command, and taken up again by undoing it", async () => {
    await client.queues.pause("heap");
    const { items } = await client.submitMany(
      Array.from({ length: 100 }, () => ({ type: "command", payload: { command: ["true"] }, queue: "heap" })),
    );
    expect(items.every(({ ok }) => ok)).toBe(true);
    const outlook = await client.batches.outlook({ action: { type: "pause" }, query: { queue: "heap" } });
    expect(outlook.total).toBe(100);
    const { id } = await client.batches.start({ action: { type: "pause" }, query: { queue: "heap" } });
    const finished = (batch: string) =>
      until(`batch ${batch} is finished`, async () => {
        const row = await client.batches.get(batch);
        return row.state === "finished" ? row : undefined;
      });
    expect((await finished(id)).counts).toMatchObject({ total: 100, done: 100, refused: 0 });
    const paused = await until("the list has read as far", async () => {
      const { items } = await client.tasks({ queue: "heap", state: "paused", limit: 200 });
      return items.length === 100 ? items : undefined;
    });
    const [one] = paused;
    expect((await history(one?.id ?? "")).at(-1)).toMatchObject({ type: "held", cause: id });
    const undo = await client.batches.undo(id);
    expect((await finished(undo.id)).counts).toMatchObject({ done: 100 });
    await client.queues.resume("heap");
    await until(
      "all are done",
      async () =>
        (await client.tasks({ queue: "heap", state: "completed", limit: 200 })).items.length === 100,
      45_000,
    );
  }, 90_000);

  it("is found again among the failed by what went wrong, and redriven", async () => {
    const ids = await Promise.all([1, 2, 3].map(() => run(["sh", "-c", `exit 40`], { queue: "broken" })));
    await Promise.all(ids.map((id) => reaches(id, "failed")));
    const group = await until("the group", async () =>
      (await client.deadLetters.groups()).items.find(
        ({ count, message }) => count === 3 && message.includes("40"),
      ),
    );
    const letters = await client.deadLetters.tasks(group.fingerprint);
    expect(letters.items.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    const { id } = await client.deadLetters.redrive(group.fingerprint, { ratePerS: 10 });
    await until("the redrive is finished", async () => (await client.batches.get(id)).state === "finished");
    const [first = ""] = ids;
    await until(
      "it was tried again",
      async () => (await history(first)).filter(({ type }) => type === "revived").length === 1,
    );
  }, 60_000);

  it("makes room for what is more important and goes on by itself, where the queue says so", async () => {
    await client.queues.configure("shared", { concurrency: 1, preempts: true });
    const low = await run(["sh", "-c", "for i in 1 2 3 4 5 6; do echo $i; sleep 0.5; done"], {
      queue: "shared",
      priority: "low",
    });
    await reaches(low, "running.working");
    const urgent = await run(["true"], { queue: "shared", priority: "critical", name: "Urgent" });
    await reaches(urgent, "completed");
    await reaches(low, "completed");
    const types = (await history(low)).map(({ type }) => type);
    expect(types).toEqual([
      "submitted",
      "started",
      "pause-requested",
      "paused",
      "resumed",
      "assigned",
      "started",
      "completed",
    ]);
    const asked = (await history(low)).find(({ type }) => type === "pause-requested");
    expect(asked?.reason).toBe(`Makes room for "Urgent" (${urgent}), which is more important.`);
    // Output reaches the read model apart from facts, and maybe after them.
    const text = async () => (await client.logs(low)).items.map((line) => line.text).join("");
    await until("its last line is kept", async () => (await text()).endsWith("6\n"));
    expect(await text()).toBe("1\n2\n3\n4\n5\n6\n");
  }, 60_000);

  it("is given more or fewer slots while it goes on", async () => {
    const [runner = { id: "" }] = (await client.runners()).items;
    await client.pools.scale(runner.id, 2);
    const ids = await Promise.all(Array.from({ length: 4 }, () => run(["sleep", "1"])));
    await until("two of them run", async () => {
      const { items } = await client.tasks({ state: "running", type: "command" });
      return items.filter(({ id }) => ids.includes(id)).length === 2;
    });
    await client.pools.scale(runner.id, 4);
    await Promise.all(ids.map((id) => reaches(id, "completed")));
    expect((await client.pools.get(runner.id)).max).toBeGreaterThanOrEqual(4);
  }, 60_000);
});
