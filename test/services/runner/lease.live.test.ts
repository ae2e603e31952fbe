import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { provision } from "#infra/nats/provision.ts";
import { startNats, type TestNats } from "../../support/stack.ts";
import { openPeer, type Peer } from "./peer.ts";
import { stateOf } from "./process-state.ts";
import { type RunnerProcess, startRunnerProcess } from "./program.ts";

let nats: TestNats;
let peer: Peer;
let runner: RunnerProcess;

/** Lets a test block the runner's main thread for six seconds; it has to be sent SIGUSR2. */
const BLOCKABLE = "process.on('SIGUSR2',()=>Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0,6000))";

beforeEach(async () => {
  nats = await startNats();
  await provision({ url: nats.url, seedFile: nats.seedFile("provisioner"), dataFree: 1e9 });
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

/** A command that has itself, and a child that fled from its session, at work; gives both pids. */
const begin = async (): Promise<{ id: string; pids: number[] }> => {
  const id = await peer.submit("command", {
    command: [
      "sh",
      "-c",
      "setsid sh -c 'echo pid $$; while :; do sleep 0.05; done' & echo pid $$; while :; do sleep 0.05; done",
    ],
  });
  await peer.assign(id);
  let pids: number[] = [];
  while (pids.length < 2) {
    const text = (await peer.logs(id)).map((chunk) => chunk.text).join("");
    pids = [...text.matchAll(/pid (\d+)/g)].map(([, pid]) => Number(pid));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { id, pids };
};
const allAre = (pids: readonly number[], state: string) => () => pids.every((pid) => stateOf(pid) === state);
const noneIs = (pids: readonly number[], state: string) => () => pids.every((pid) => stateOf(pid) !== state);

describe("a runner whose renewals are not answered", () => {
  it("stops its work within 3.5 s, says nothing meanwhile, and goes on once it is answered", async () => {
    const { id, pids } = await begin();
    peer.answerLease = false;
    const cut = performance.now();
    await peer.until("all stand still", allAre(pids, "T"), 5_000);
    expect(performance.now() - cut).toBeLessThan(3_600);
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
    const { pids } = await begin();
    process.kill(runner.pid, "SIGUSR2");
    peer.answerLease = false;
    const cut = performance.now();
    await peer.until("all stand still", allAre(pids, "T"), 5_000);
    expect(performance.now() - cut).toBeLessThan(3_600);
    peer.answerLease = true;
    await peer.until("they go on", noneIs(pids, "T"), 5_000);
  }, 30_000);

  it("is never taken for dead, nor stops its work, only because its main thread is blocked", async () => {
    const { id, pids } = await begin();
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
    const paused = await begin();
    const working = await begin();
    await peer.fact(paused.id, { type: "pause-requested" });
    await peer.until("paused", () => peer.task(paused.id).state === "paused");
    peer.answerLease = false;
    await peer.until("all stand still", allAre(working.pids, "T"), 5_000);
    peer.answerLease = true;
    await peer.until("the others go on", noneIs(working.pids, "T"), 5_000);
    expect(allAre(paused.pids, "T")()).toBe(true);
  }, 30_000);

  it("stops its work also when nats-server is gone, and goes on when it is back", async () => {
    const { id, pids } = await begin();
    await nats.kill9();
    await peer.until("all stand still", allAre(pids, "T"), 5_000);
    await nats.restart();
    await peer.until("they go on", noneIs(pids, "T"), 10_000);
    await peer.fact(id, { type: "cancel-requested" });
    await peer.until("cancelled", () => peer.task(id).state === "cancelled");
    expect(pids.map(stateOf)).toEqual([null, null]);
  }, 40_000);
});

describe("a runner that was declared lost", () => {
  it("kills all its work, and comes back as a new boot that takes new work", async () => {
    const { id, pids } = await begin();
    const [first] = peer.hellos;
    await peer.fact(id, { type: "attempt-lost", message: "lost" });
    peer.forgetBoot();
    await peer.until("a new hello", () => peer.hellos.length === 2);
    expect(peer.hellos[1]?.boot).not.toBe(first?.boot);
    expect(pids.map(stateOf)).toEqual([null, null]);
    const next = await peer.submit("command", { command: ["true"] });
    await peer.assign(next);
    await peer.until("done", () => peer.task(next).state === "completed");
  }, 20_000);
});

describe("a runner whose reports are not answered", () => {
  it("repeats them with the same number until they are, and loses no attempt", async () => {
    const numbers: number[] = [];
    peer.onReport = (report) => numbers.push(report.number);
    peer.answerReports = false;
    const id = await peer.submit("command", { command: ["echo", "hi"] });
    await peer.assign(id);
    await peer.until("a first try", () => numbers.length === 1);
    await peer.until("a second try", () => numbers.length === 2);
    peer.answerReports = true;
    await peer.until("done", () => peer.task(id).state === "completed", 20_000);
    expect(numbers.slice(0, 3)).toEqual([1, 1, 1]);
    expect(peer.task(id).reports.map(({ number }) => number)).toEqual([1, 2]);
  }, 40_000);
});

describe("a runner that ends", () => {
  it("ends its work and its slots in order on SIGTERM", async () => {
    const { pids } = await begin();
    expect(await runner.stop()).toBe(0);
    expect(pids.map(stateOf)).toEqual([null, null]);
  }, 20_000);

  it("leaves nothing at work when it is killed, and its successor ends what was stopped", async () => {
    const { pids } = await begin();
    peer.answerLease = false;
    await peer.until("all stand still", allAre(pids, "T"), 5_000);
    await runner.kill9();
    // A stopped slot cannot notice that its runner is gone: the successor finds it.
    expect(allAre(pids, "T")()).toBe(true);
    peer.answerLease = true;
    runner = await startRunnerProcess(nats, {}, runner.data);
    await peer.until("hello", () => peer.hellos.length === 2);
    expect(pids.map(stateOf)).toEqual([null, null]);
  }, 30_000);

  it("has its slots kill their trees when it is killed at work", async () => {
    const { pids } = await begin();
    await runner.kill9();
    await peer.until("the trees are gone", () => pids.every((pid) => stateOf(pid) === null), 5_000);
    runner = await startRunnerProcess(nats, {}, runner.data);
  }, 20_000);
});
