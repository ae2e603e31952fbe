import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { provisioned } from "../../../support/provisioned.ts";
import { startNats, type TestNats } from "../../../support/stack.ts";
import { openPeer, type Peer } from "../peer.ts";
import { standsStill, stateOf } from "../processes/process-state.ts";
import { type RunnerProcess, startRunnerProcess } from "../program.ts";
import { allAre, noneIs, twoAtWork } from "../two-at-work.ts";

let nats: TestNats;
let peer: Peer;
let runner: RunnerProcess;

/** Lets a test block the runner's main thread for six seconds; it has to be sent SIGUSR2. */
const BLOCKABLE = "process.on('SIGUSR2',()=>Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0,6000))";

beforeEach(async () => {
  nats = await provisioned(await startNats());
  peer = await openPeer(nats);
  runner = await startRunnerProcess(nats, {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(BLOCKABLE)}`,
  });
  await peer.until("hello", () => peer.hellos.length > 0);
});
afterEach(async () => {
  await runner.stop();
  await peer.close();
  await nats.stop();
});

describe("a runner whose renewals are not answered", () => {
  it("stops its work within 3.5 s, says nothing meanwhile, and goes on once it is answered", async () => {
    const { id, pids } = await twoAtWork(peer);
    peer.answerLease = false;
    const cut = performance.now();
    await peer.until("all stand still", allAre(pids, "T"), 5_000);
    expect(performance.now() - cut).toBeLessThan(4_000);
    expect(performance.now() - cut).toBeGreaterThan(1_500);
    const before = peer.task(id).reports.length;
    const late = await peer.submit("command", { command: ["true"] });
    await peer.assign(late);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(peer.task(late).reports).toEqual([]);
    expect(peer.task(id).reports).toHaveLength(before);
    peer.answerLease = true;
    await peer.until("they go on", noneIs(pids, "T"), 5_000);
    await peer.until("the late one is done", () => peer.task(late).state === "completed");
    await peer.fact(id, { type: "cancel-requested" });
    await peer.until("cancelled", () => peer.task(id).state === "cancelled");
  }, 30_000);

  it("stops its work just so while its main thread is blocked", async () => {
    const { pids } = await twoAtWork(peer);
    process.kill(runner.pid, "SIGUSR2");
    peer.answerLease = false;
    const cut = performance.now();
    await peer.until("all stand still", allAre(pids, "T"), 5_000);
    expect(performance.now() - cut).toBeLessThan(4_000);
    peer.answerLease = true;
    await peer.until("they go on", noneIs(pids, "T"), 5_000);
  }, 30_000);

  it("is never taken for dead, nor stops its work, only because its main thread is blocked", async () => {
    const { id, pids } = await twoAtWork(peer);
    process.kill(runner.pid, "SIGUSR2");
    const until = performance.now() + 5_500;
    while (performance.now() < until) {
      expect(noneIs(pids, "T")()).toBe(true);
      expect(performance.now() - peer.renewedAt).toBeLessThan(2_000);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await peer.fact(id, { type: "cancel-requested" });
    await peer.until("cancelled", () => peer.task(id).state === "cancelled");
    expect(peer.hellos).toHaveLength(1);
  }, 40_000);

  it("leaves what is paused on purpose standing still when the others go on", async () => {
    const paused = await twoAtWork(peer);
    const working = await twoAtWork(peer);
    await peer.fact(paused.id, { type: "pause-requested" });
    await peer.until("paused", () => peer.task(paused.id).state === "paused");
    peer.answerLease = false;
    await peer.until("all stand still", allAre(working.pids, "T"), 5_000);
    peer.answerLease = true;
    await peer.until("the others go on", noneIs(working.pids, "T"), 5_000);
    expect(paused.pids.every(standsStill)).toBe(true);
  }, 30_000);

  it("stops its work also when nats-server is gone, and goes on when it is back", async () => {
    const { id, pids } = await twoAtWork(peer);
    await nats.kill9();
    await peer.until("all stand still", allAre(pids, "T"), 5_000);
    await nats.restart();
    await peer.until("they go on", noneIs(pids, "T"));
    await peer.fact(id, { type: "cancel-requested" });
    await peer.until("cancelled", () => peer.task(id).state === "cancelled");
    expect(pids.map(stateOf)).toEqual([null, null]);
  }, 40_000);
});
