import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AttemptReport } from "#schema/reports.ts";
import { provisioned } from "../../../support/provisioned.ts";
import { startNats, type TestNats } from "../../../support/stack.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { openPeer, type Peer } from "../peer.ts";
import { type RunnerProcess, startRunnerProcess } from "../program.ts";

const folder = join(temporaryFolder("short"), "executors");
const sleeper = (type: string, more: string): void =>
  writeFileSync(
    join(folder, `${type}.executor.js`),
    `import { defineExecutor, Type } from "longshore/executor";
     export const executor = defineExecutor({
       type: "${type}",
       title: "Sleeper",
       payload: Type.Object({ ms: Type.Number(), keeps: Type.Optional(Type.Boolean()) }),
       ${more}
       run: async ({ payload, cancelled, keep }) => {
         if (payload.keeps) await keep("half");
         await new Promise((resolve) => {
           const timer = setTimeout(resolve, payload.ms);
           cancelled.addEventListener("abort", () => { clearTimeout(timer); resolve(); });
         });
         return cancelled.aborted ? { type: "cancelled" } : { type: "completed", result: payload.ms };
       },
     });`,
  );

describe("work that may begin before that is recorded", () => {
  let nats: TestNats;
  let peer: Peer;
  let runner: RunnerProcess;

  beforeAll(async () => {
    mkdirSync(folder, { recursive: true });
    sleeper("early", `isolation: "inline", repeatable: true,`);
    sleeper("once", `isolation: "inline", repeatable: false,`);
    nats = await provisioned(await startNats());
    peer = await openPeer(nats);
    runner = await startRunnerProcess(nats, { LONGSHORE_EXECUTORS: folder, LONGSHORE_SLOTS: "4" });
    await peer.until("hello", () => peer.hellos.length > 0);
  }, 60_000);
  afterAll(async () => {
    await runner?.stop();
    await peer?.close();
    await nats?.stop();
  }, 60_000);

  const begin = async (type: string, payload: object): Promise<string> => {
    const id = await peer.submit(type, payload, { repeatable: type === "early", pause: "none" });
    await peer.assign(id);
    return id;
  };
  const reportsAtEnd = async (id: string): Promise<AttemptReport[]> => {
    await peer.until("its end", () => ["completed", "cancelled", "failed"].includes(peer.task(id).state));
    return peer.task(id).reports;
  };
  const types = (reports: readonly AttemptReport[]): string[] => reports.map(({ body }) => body.type);

  it("says with its end when it began, when that comes soon", async () => {
    const assigned = Date.now();
    // The first of them wait for a process to be ready, which is not soon.
    let reports = await reportsAtEnd(await begin("early", { ms: 0 }));
    for (let tries = 1; tries < 50 && reports.length > 1; tries += 1)
      reports = await reportsAtEnd(await begin("early", { ms: 0 }));
    const [only, ...more] = reports;
    expect(more).toEqual([]);
    expect(only?.body).toMatchObject({ type: "completed", result: 0 });
    const { startedAt } = (only?.body ?? {}) as { startedAt: string };
    expect(Date.parse(startedAt)).toBeGreaterThanOrEqual(assigned);
    expect(Date.parse(startedAt)).toBeLessThanOrEqual(Date.now());
  });

  it("says that it has begun when it goes on for longer, or has something else to say", async () => {
    const long = await reportsAtEnd(await begin("early", { ms: 300 }));
    expect(types(long)).toEqual(["started", "completed"]);
    expect(long.map(({ number }) => number)).toEqual([1, 2]);
    expect(long[1]?.body).not.toHaveProperty("startedAt");
    const keeper = await reportsAtEnd(await begin("early", { ms: 0, keeps: true }));
    expect(types(keeper)).toEqual(["started", "checkpointed", "completed"]);
  });

  it("is not begun unrecorded when running it twice may do harm", async () => {
    expect(types(await reportsAtEnd(await begin("once", { ms: 0 })))).toEqual(["started", "completed"]);
  });

  it("is at work while nobody answers, and ends when it is cancelled all the same", async () => {
    peer.answerReports = false;
    const reported: string[] = [];
    peer.onReport = ({ body }) => void reported.push(body.type);
    const id = await begin("early", { ms: 600_000 });
    await peer.until("its start", () => reported.includes("started"));
    await peer.fact(id, { type: "cancel-requested" });
    peer.answerReports = true;
    await peer.until("its end", () => peer.task(id).state === "cancelled");
    expect(types(peer.task(id).reports).at(-1)).toBe("cancelled");
  });

  it("shares one process when it is inline, so that many are at work without one each", async () => {
    const ids = await Promise.all(Array.from({ length: 4 }, () => begin("early", { ms: 600_000 })));
    const seated = (): readonly { state: string; pid?: number }[] =>
      pool.slots.filter(({ taskId }) => taskId);
    let pool: { slots: readonly { state: string; taskId?: string; pid?: number }[] } = { slots: [] };
    for (let tries = 0; tries < 500 && seated().filter(({ pid }) => pid !== undefined).length < 4; tries += 1)
      pool = await peer.ask("query.local.pool");
    expect(new Set(seated().map(({ pid }) => pid)).size).toBe(1);
    for (const id of ids) await peer.fact(id, { type: "cancel-requested" });
    for (const id of ids) expect(types(await reportsAtEnd(id)).at(-1)).toBe("cancelled");
  });
});
