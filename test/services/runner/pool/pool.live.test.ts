import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PoolReply, PoolStatus } from "#schema/pool.ts";
import { type PoolVerb, querySubject } from "#schema/subjects.ts";
import { provisioned } from "../../../support/provisioned.ts";
import { startNats, type TestNats } from "../../../support/stack.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { until } from "../../../support/until.ts";
import { openPeer, type Peer } from "../peer.ts";
import { type RunnerProcess, startRunnerProcess } from "../program.ts";

/** Counts to a number, one step a while, and comes to a checkpoint between steps when asked to. */
const COUNTER = `
  import { defineExecutor, Type } from "longshore/executor";
  export const executor = defineExecutor({
    type: "counter", title: "Counter", pause: "checkpoint", repeatable: true,
    payload: Type.Object({ to: Type.Integer() }),
    run: async ({ payload, checkpoint, keep, pausing, cancelled }) => {
      let at = checkpoint ?? 0;
      while (at < payload.to) {
        if (cancelled.aborted) return { type: "cancelled" };
        if (pausing.aborted) return { type: "paused" };
        await new Promise((resolve) => setTimeout(resolve, 20));
        await keep((at += 1));
      }
      return { type: "completed", result: at };
    },
  });`;

let nats: TestNats;
let peer: Peer;
let runner: RunnerProcess | undefined;
let executors: string;

beforeEach(async () => {
  nats = await provisioned(await startNats());
  peer = await openPeer(nats);
  executors = join(temporaryFolder("pool"), "executors");
  mkdirSync(executors);
  writeFileSync(join(executors, "counter.executor.js"), COUNTER);
});
afterEach(async () => {
  await runner?.stop();
  runner = undefined;
  await peer.close();
  await nats.stop();
});

const start = async (slots: string): Promise<RunnerProcess> => {
  runner = await startRunnerProcess(nats, { LONGSHORE_SLOTS: slots, LONGSHORE_EXECUTORS: executors });
  await peer.until("hello", () => peer.hellos.length > 0);
  return runner;
};
/** A wish that names no fact is of a later one than all before. */
let facts = 1_000;
const ask = (verb: PoolVerb, wish: unknown = null): Promise<PoolReply> =>
  peer.ask<PoolReply>(
    querySubject("local", verb),
    wish === null || typeof wish === "object" ? { seq: (facts += 1), ...wish } : wish,
  );
const pool = async (verb: PoolVerb = "pool", wish: unknown = null): Promise<PoolStatus> => {
  const reply = await ask(verb, wish);
  if (!reply.ok) throw new Error(reply.message);
  return reply;
};
const counting = async (to: number): Promise<string> => {
  const id = await peer.submit("counter", { to }, { pause: "checkpoint", repeatable: true });
  await peer.assign(id);
  await peer.until("a checkpoint", () => peer.task(id).context.checkpoint !== null);
  return id;
};
const sleeping = async (): Promise<string> => {
  const id = await peer.submit("command", { command: ["sleep", "300"] });
  await peer.assign(id);
  await until("it is at work", async () =>
    (await pool()).slots.some((slot) => slot.taskId === id && slot.state === "working"),
  );
  return id;
};
const checkpointOf = (id: string): number => {
  const { checkpoint } = peer.task(id).context;
  return checkpoint && "value" in checkpoint ? Number(checkpoint.value) : 0;
};
const lastReport = (id: string): string | undefined => peer.task(id).reports.at(-1)?.body.type;

describe("a runner's slots", () => {
  it("are told one by one: idle, or held by which attempt in which process", async () => {
    await start("3");
    const id = await sleeping();
    const { slots, held, ...rest } = await pool();
    expect(rest).toMatchObject({ min: 3, max: 3, target: 3, cordoned: false, draining: false });
    expect(held).toEqual([]);
    expect(slots.map(({ slot, state }) => [slot, state])).toEqual([
      [1, "working"],
      [2, "idle"],
      [3, "idle"],
    ]);
    expect(slots[0]).toMatchObject({ taskId: id, attempt: 1, pid: expect.any(Number) as number });
    await peer.fact(id, { type: "pause-requested" });
    await peer.until("paused", () => peer.task(id).state === "paused");
    const paused = await pool();
    expect(paused.slots.every(({ state }) => state === "idle")).toBe(true);
    expect(paused.held).toMatchObject([{ taskId: id, attempt: 1 }]);
  }, 30_000);

  it("begin at the least; a number keeps them there, and null lets them follow the work again", async () => {
    await start("1-4");
    expect(peer.hellos[0]?.slots).toBe(1);
    await sleeping();
    const scaled = await pool("scale", { slots: 4 });
    expect(scaled).toMatchObject({ target: 4, automatic: false, min: 1, max: 4 });
    expect(peer.hellos.at(-1)).toMatchObject({ slots: 4, boot: peer.hellos[0]?.boot });
    expect(await pool("scale", { slots: null })).toMatchObject({ automatic: true });
  }, 30_000);

  it("are scaled by whoever asks, within what the environment allows, and no attempt is lost by it", async () => {
    await start("4");
    const id = await sleeping();
    expect(await ask("scale", { slots: 2 })).toMatchObject({ ok: true, announced: true, target: 2 });
    expect(peer.hellos.at(-1)?.slots).toBe(2);
    for (const wrong of [{ slots: 5 }, { slots: 0 }, { slots: 1.5 }, {}, null, "3", { slots: 3, seq: -1 }])
      expect(await ask("scale", wrong)).toMatchObject({ ok: false, code: "invalid" });
    expect((await pool()).target).toBe(2);
    expect(peer.task(id).state).toBe("running.working");
  }, 30_000);

  it("are as the latest fact says, in whatever order wishes come here, also when one is slow to be answered", async () => {
    await start("4");
    peer.answerHello = false;
    const later = ask("scale", { slots: 2, seq: 2_012 });
    const earlier = ask("scale", { slots: 3, seq: 2_011 });
    expect(await later).toMatchObject({ ok: true, announced: false });
    expect(await earlier).toMatchObject({ ok: true, target: 2 });
    peer.answerHello = true;
    await peer.until("the change", () => peer.hellos.at(-1)?.slots === 2);
    await pool("uncordon", { seq: 2_014 });
    expect(await pool("drain", { seq: 2_013 })).toMatchObject({
      target: 2,
      cordoned: false,
      draining: false,
    });
  }, 30_000);

  it("say so when no scheduler has heard of the change yet", async () => {
    await start("4");
    peer.answerHello = false;
    expect(await ask("scale", { slots: 2 })).toMatchObject({ ok: true, announced: false, target: 2 });
    peer.answerHello = true;
    await peer.until("the change", () => peer.hellos.at(-1)?.slots === 2);
  }, 30_000);
});

describe("a cordoned runner", () => {
  it("offers no slot, gives back what comes all the same, and goes on with what it has", async () => {
    await start("2");
    const id = await sleeping();
    expect(await pool("cordon")).toMatchObject({ cordoned: true, draining: false });
    expect(peer.hellos.at(-1)?.slots).toBe(0);
    const late = await peer.submit("command", { command: ["true"] });
    await peer.assign(late);
    await peer.until("given back", () => lastReport(late) === "unclaimed");
    expect(peer.task(id).state).toBe("running.working");
    expect(await pool("uncordon")).toMatchObject({ cordoned: false });
    expect(peer.hellos.at(-1)?.slots).toBe(2);
    await peer.assign(late);
    await peer.until("done", () => peer.task(late).state === "completed");
  }, 30_000);
});

describe("a draining runner", () => {
  it("hands over what knows checkpoints, for another to go on with, and waits for the rest", async () => {
    await start("2");
    const [command, counter] = [await sleeping(), await counting(10_000)];
    expect(await pool("drain")).toMatchObject({ cordoned: true, draining: true });
    await peer.until("handed over", () => lastReport(counter) === "handed-over");
    await peer.until("it waits again", () => peer.task(counter).state === "queued");
    expect(peer.task(counter).context.failures).toBe(0);
    expect(checkpointOf(counter)).toBeGreaterThan(0);
    expect(peer.task(command).state).toBe("running.working");
    expect((await pool()).draining).toBe(true);
    await peer.fact(command, { type: "cancel-requested" });
    await peer.until("cancelled", () => peer.task(command).state === "cancelled");
    await until("it is drained", async () => !(await pool()).draining);
    expect((await pool()).cordoned).toBe(true);
  }, 30_000);

  it("lets a task that was to be paused be paused", async () => {
    await start("2");
    const id = await counting(10_000);
    await peer.fact(id, { type: "pause-requested" });
    await pool("drain");
    await peer.until("paused", () => peer.task(id).state === "paused");
    expect(peer.task(id).context.runner).toBeNull();
  }, 30_000);
});

describe("a runner that is stopped", () => {
  it("takes no more work, hands over at a checkpoint, and its successor goes on from there", async () => {
    const first = await start("2");
    const id = await counting(60);
    expect(await first.stop()).toBe(0);
    expect(lastReport(id)).toBe("handed-over");
    expect(peer.task(id).state).toBe("queued");
    expect(peer.hellos.at(-1)?.slots).toBe(0);
    const at = checkpointOf(id);
    runner = await startRunnerProcess(nats, { LONGSHORE_EXECUTORS: executors }, first.data);
    await peer.until("the next boot", () => peer.hellos.at(-1)?.boot !== peer.hellos[0]?.boot);
    await peer.assign(id);
    await peer.until("done", () => peer.task(id).state === "completed");
    const kept = peer.task(id).reports.filter(({ body }) => body.type === "checkpointed").length;
    expect(at).toBeGreaterThan(0);
    expect(kept).toBe(60);
  }, 40_000);

  it("ends what has not come to its end when its grace is over", async () => {
    const it = await start("2");
    await sleeping();
    expect(await it.stop()).toBe(0);
    expect(it.log()).toContain("its grace is over");
  }, 30_000);

  it("does not wait for what is paused in place", async () => {
    const it = await start("2");
    const id = await sleeping();
    await peer.fact(id, { type: "pause-requested" });
    await peer.until("paused", () => peer.task(id).state === "paused");
    expect(await it.stop()).toBe(0);
    expect(it.log()).not.toContain("its grace is over");
  }, 30_000);
});
