import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Ground, startGround } from "../a-ground.ts";
import type { Peer } from "../peer.ts";
import { stateOf } from "../processes/process-state.ts";
import { allAre, twoAtWork } from "../two-at-work.ts";

let ground: Ground;
let peer: Peer;

beforeEach(async () => {
  ground = await startGround();
  ({ peer } = ground);
});
afterEach(() => ground.stop());

describe("a runner that was declared lost", () => {
  it("kills all its work, and comes back as a new boot that takes new work", async () => {
    const { id, pids } = await twoAtWork(peer);
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
    const { pids } = await twoAtWork(peer);
    expect(await ground.runner.stop()).toBe(0);
    expect(pids.map(stateOf)).toEqual([null, null]);
  }, 20_000);

  it("leaves nothing at work when it is killed, and its successor ends what was stopped", async () => {
    const { pids } = await twoAtWork(peer);
    peer.answerLease = false;
    await peer.until("all stand still", allAre(pids, "T"), 5_000);
    await ground.runner.kill9();
    // A stopped slot cannot notice that its runner is gone: the successor finds it.
    expect(allAre(pids, "T")()).toBe(true);
    peer.answerLease = true;
    await ground.restart();
    await peer.until("hello", () => peer.hellos.length === 2);
    expect(pids.map(stateOf)).toEqual([null, null]);
  }, 30_000);

  it("has its slots kill their trees when it is killed at work", async () => {
    const { pids } = await twoAtWork(peer);
    await ground.runner.kill9();
    await peer.until("the trees are gone", () => pids.every((pid) => stateOf(pid) === null), 5_000);
    await ground.restart();
  }, 20_000);
});
