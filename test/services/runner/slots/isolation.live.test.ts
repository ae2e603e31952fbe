import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AttemptReportBody } from "#schema/reports.ts";
import { type Ground, startGround } from "../a-ground.ts";
import { stateOf } from "../processes/process-state.ts";

const declare = (type: string, isolation: string, run: string, more = ""): string => `
  import { defineExecutor, Type } from "longshore/executor";
  import { spawn } from "node:child_process";
  import { threadId } from "node:worker_threads";
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const where = () => ({ pid: process.pid, parent: process.ppid, threadId });
  export const executor = defineExecutor({
    type: "${type}", title: "${type}", isolation: "${isolation}", payload: Type.Object({}), ${more}
    run: async (context) => { ${run} },
  });`;

const WHERE = `return { type: "completed", result: where() };`;
const BLOCKED = `context.output("stdout", "blocked"); await sleep(300); for (;;);`;
/** What work that shares its loop with others may do, as its payload says. */
const WAYS = `
  const { way } = context.payload;
  context.output("stdout", way);
  if (way === "hung") await new Promise(() => undefined);
  if (way !== "well") await sleep(300);
  if (way === "blocked") for (;;);
  if (way === "gone") process.exit(3);
  if (way === "slow") await sleep(1_500);
  return { type: "completed", result: where() };`;
const STEPS = `
  let at = context.checkpoint ?? 0;
  const from = at;
  while (at < 40) {
    if (context.pausing.aborted) return { type: "paused" };
    await sleep(10);
    await context.keep((at += 1));
  }
  return { type: "completed", result: { from, ...where() } };`;
const HEAP = `const all = []; for (;;) { all.push(Array.from({ length: 1e5 }, (_, i) => i + 0.5)); await sleep(1); }`;
const BUFFERS = `const all = []; for (;;) { all.push(Buffer.alloc(2e6, 1)); await sleep(5); }`;
const LIMIT = "limits: { memoryBytes: 96 * 1024 * 1024 },";
const LEAVES = `
  const child = spawn("sleep", ["300"], { detached: true, stdio: "ignore" });
  console.log("said by itself");
  return { type: "completed", result: { ...where(), child: child.pid } };`;

const EXECUTORS = {
  inline: declare("test.inline", "inline", WHERE),
  thread: declare("test.thread", "thread", WHERE),
  process: declare("test.process", "process", WHERE),
  "inline-ways": declare("test.inline.ways", "inline", WAYS),
  "shared-ways": declare("test.shared.ways", "inline", WAYS, "repeatable: true,"),
  "thread-blocked": declare("test.thread.blocked", "thread", BLOCKED),
  "process-blocked": declare("test.process.blocked", "process", BLOCKED),
  "thread-steps": declare("test.thread.steps", "thread", STEPS, `pause: "checkpoint",`),
  "inline-steps": declare("test.inline.steps", "inline", STEPS, `pause: "checkpoint",`),
  "thread-heap": declare("test.thread.heap", "thread", HEAP, LIMIT),
  "thread-buffers": declare("test.thread.buffers", "thread", BUFFERS, LIMIT),
  "process-buffers": declare("test.process.buffers", "process", BUFFERS, LIMIT),
  "thread-gone": declare("test.thread.gone", "thread", "process.exit(3);"),
  "process-gone": declare("test.process.gone", "process", "process.exit(3);"),
  "thread-thrown": declare(
    "test.thread.thrown",
    "thread",
    `setTimeout(() => { throw new Error("later"); }, 5); await sleep(5000);`,
  ),
  "thread-quick": declare(
    "test.thread.quick",
    "thread",
    `return { type: "completed", result: null };`,
    "repeatable: true,",
  ),
  leaves: declare("test.leaves", "process", LEAVES),
};

let ground: Ground;
beforeAll(async () => {
  ground = await startGround({ LONGSHORE_SLOTS: "2" }, EXECUTORS);
}, 60_000);
afterAll(() => ground.stop());

interface Where {
  readonly pid: number;
  readonly parent: number;
  readonly threadId: number;
  readonly from?: number;
  readonly child?: number;
}
const resultOf = (end: AttemptReportBody | undefined): Where => {
  if (end?.type !== "completed") throw new Error(`it ended otherwise: ${JSON.stringify(end)}`);
  return end.result as Where;
};
const runMany = async (type: string, count: number): Promise<Where[]> => {
  const all: Where[] = [];
  for (let index = 0; index < count; index += 1) all.push(resultOf(await ground.run(type, {})));
  return all;
};
const distinct = (all: readonly Where[]): number =>
  new Set(all.map(({ pid, threadId }) => `${pid}/${threadId}`)).size;

describe("where a type's work runs", () => {
  it("is the slot's own loop when it is inline", async () => {
    const all = await runMany("test.inline", 5);
    expect(all.map(({ threadId }) => threadId)).toEqual([0, 0, 0, 0, 0]);
    expect(all.map(({ parent }) => parent)).toEqual(Array(5).fill(ground.runner.pid));
  });

  it("is a warm worker thread, for which no thread and no process is started per task", async () => {
    const all = await runMany("test.thread", 40);
    expect(distinct(all)).toBeLessThanOrEqual(2);
    expect(all.every(({ threadId }) => threadId > 0)).toBe(true);
    expect(all.every(({ parent }) => parent === ground.runner.pid)).toBe(true);
  });

  it("comes and goes in a warm thread within five milliseconds, from assignment to report", async () => {
    const { peer } = ground;
    const reportedAt = new Map<string, number>();
    peer.onReport = ({ taskId }) => void reportedAt.set(taskId, performance.now());
    const took: number[] = [];
    const said: string[] = [];
    for (let index = 0; index < 61; index += 1) {
      const id = await peer.submit("test.thread.quick", {}, { repeatable: true, pause: "none" });
      await peer.assign(id);
      const assignedAt = performance.now();
      await ground.settled(id);
      took.push((reportedAt.get(id) ?? Infinity) - assignedAt);
      said.push(
        peer
          .task(id)
          .reports.map(({ body }) => body.type)
          .join(),
      );
    }
    peer.onReport = () => undefined;
    // The machine has other things to do as well: the one in the middle says what the runner takes.
    expect(took.toSorted((a, b) => a - b)[30]).toBeLessThan(5);
    // Work of 20 ms and more says that it began: held up once or twice it may, but not as a rule.
    expect(said.filter((words) => words === "completed").length).toBeGreaterThan(50);
    expect(said.every((words) => words.endsWith("completed"))).toBe(true);
  }, 30_000);

  it("is a process of its own for each attempt, a child of the slot's", async () => {
    const all = await runMany("test.process", 3);
    expect(distinct(all)).toBe(3);
    expect(all.every(({ parent }) => parent !== ground.runner.pid)).toBe(true);
    for (const { pid } of all) expect(stateOf(pid)).toBeNull();
  });

  it("is announced with the type", () => {
    const types = ground.peer.hellos.at(-1)?.types ?? [];
    const said = (name: string): string | undefined => types.find(({ type }) => type === name)?.isolation;
    expect(["command", "docker.containers", "test.inline", "test.thread"].map(said)).toEqual([
      "process",
      "inline",
      "inline",
      "thread",
    ]);
  });
});

describe.each(["thread", "process"])("work in a %s", (kind) => {
  it("that hangs is ended with it when it is cancelled, and the next one runs", async () => {
    const id = await ground.begin(`test.${kind}.blocked`, {});
    await ground.said(id, /blocked/);
    await ground.peer.fact(id, { type: "cancel-requested" });
    expect(await ground.settled(id)).toBe("cancelled");
    resultOf(await ground.run(`test.${kind}`, {}));
  }, 30_000);

  it("that needs too much memory fails by that name, buffers counted too", async () => {
    for (const what of kind === "thread" ? ["heap", "buffers"] : ["buffers"])
      expect(await ground.run(`test.${kind}.${what}`, {})).toMatchObject({
        type: "attempt-failed",
        error: { code: "out-of-memory", message: expect.stringContaining("96 MiB") as string },
      });
    resultOf(await ground.run(`test.${kind}`, {}));
  }, 60_000);

  it("that ends itself is a crash of this attempt only", async () => {
    const end = await ground.run(`test.${kind}.gone`, {});
    expect(end).toMatchObject({ type: "attempt-failed", error: { code: "crashed" }, retryable: false });
    resultOf(await ground.run(`test.${kind}`, {}));
  });
});

describe.each(["inline", "shared"])("work that is %s", (kind) => {
  const begin = (way: string): Promise<string> =>
    ground.begin(`test.${kind}.ways`, { way }, { repeatable: kind === "shared" });
  const endOf = async (id: string): Promise<AttemptReportBody | undefined> => {
    await ground.settled(id);
    return ground.peer.task(id).reports.at(-1)?.body;
  };

  it.each(["hung", "blocked"])(
    "and %s is given up when it is cancelled, and the next one runs",
    async (way) => {
      const id = await begin(way);
      await ground.said(id, new RegExp(way));
      await ground.peer.fact(id, { type: "cancel-requested" });
      expect(await ground.settled(id)).toBe("cancelled");
      resultOf(await endOf(await begin("well")));
    },
    30_000,
  );

  it("and ends its process fails, and whoever is at work beside it completes", async () => {
    const ids = await Promise.all([begin("gone"), begin("slow")]);
    const [gone, slow] = await Promise.all(ids.map(endOf));
    expect(gone).toMatchObject({ type: "attempt-failed", error: { code: "crashed" } });
    resultOf(slow);
  }, 30_000);
});

it("work in a thread that throws when nobody waits fails with what was thrown", async () => {
  const end = await ground.run("test.thread.thrown", {});
  expect(end).toMatchObject({
    error: { code: "crashed", message: expect.stringContaining("later") as string },
  });
});

it.each(["thread", "inline"])(
  "work of a type that is %s is let go at a checkpoint and goes on from it",
  async (kind) => {
    const id = await ground.begin(`test.${kind}.steps`, {}, { pause: "checkpoint", repeatable: true });
    const { peer } = ground;
    await peer.until("some steps", () => peer.task(id).reports.length > 5);
    await peer.fact(id, { type: "pause-requested" });
    await peer.until("paused", () => peer.task(id).state === "paused");
    const kept = peer.task(id).reports.filter(({ body }) => body.type === "checkpointed").length;
    expect(kept).toBeLessThan(40);
    await peer.fact(id, { type: "resumed" });
    await peer.assign(id);
    await ground.settled(id);
    expect(resultOf(peer.task(id).reports.at(-1)?.body).from).toBe(kept);
  },
  30_000,
);

it("what a process of its own leaves behind goes with it, and what it wrote is the task's output", async () => {
  const id = await ground.begin("test.leaves", {});
  await ground.settled(id);
  const { child = 0 } = resultOf(ground.peer.task(id).reports.at(-1)?.body);
  expect(stateOf(child)).toBeNull();
  expect(await ground.text(id)).toBe("said by itself\n");
});
