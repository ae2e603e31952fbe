import { existsSync, readlinkSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lookAt } from "../../../../services/runner/processes/process-scan.ts";
import { type Ground, startGround } from "../a-ground.ts";
import type { Peer } from "../peer.ts";
import { stateOf } from "./process-state.ts";

let ground: Ground;
let peer: Peer;

beforeEach(async () => {
  ground = await startGround();
  ({ peer } = ground);
});
afterEach(() => ground.stop());

/** A process that is no descendant of its command any more, has a session of its own and does not mind TERM. */
const ESCAPEE = `trap "" TERM; echo pid $$; while :; do sleep 0.05; done`;
const begin = async (): Promise<{ id: string; escapee: number; top: number }> => {
  const flee = `( setsid sh -c '${ESCAPEE}' & ) ; echo top $$; while :; do sleep 0.05; done`;
  const id = await peer.submit("command", { command: ["sh", "-c", flee] });
  await peer.assign(id);
  let [escapee, top] = [0, 0];
  while (escapee === 0 || top === 0) {
    const text = (await peer.logs(id)).map((chunk) => chunk.text).join("");
    escapee = Number(/pid (\d+)/.exec(text)?.[1] ?? 0);
    top = Number(/top (\d+)/.exec(text)?.[1] ?? 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await peer.until("it has fled", () => {
    const parent = lookAt(escapee)?.parent;
    return parent !== undefined && parent !== top && lookAt(top)?.parent !== parent;
  });
  return { id, escapee, top };
};

describe("a process that fled from its command's tree", () => {
  it("is stopped with it when the runner is cut off, and goes on with it", async () => {
    const { escapee, top } = await begin();
    peer.answerLease = false;
    await peer.until("both stand still", () => [escapee, top].every((pid) => stateOf(pid) === "T"), 5_000);
    peer.answerLease = true;
    await peer.until("both go on", () => [escapee, top].every((pid) => stateOf(pid) !== "T"), 5_000);
  }, 30_000);

  it("is killed with it when the task is cancelled, though it does not mind TERM", async () => {
    const { id, escapee, top } = await begin();
    await peer.fact(id, { type: "cancel-requested" });
    await peer.until("cancelled", () => peer.task(id).state === "cancelled", 20_000);
    expect([escapee, top].map(stateOf)).toEqual([null, null]);
  }, 30_000);

  it("is found and ended by the next runner before its hello, when runner and slot were killed together", async () => {
    const { escapee, top } = await begin();
    const slot = lookAt(top)?.parent ?? 0;
    const folder = readlinkSync(`/proc/${top}/cwd`);
    process.kill(slot, "SIGSTOP");
    await ground.runner.kill9();
    process.kill(slot, "SIGKILL");
    expect(stateOf(escapee), "nobody is left who could end it").not.toBeNull();
    await ground.restart();
    await peer.until("hello", () => peer.hellos.length > 1);
    expect([escapee, top].map(stateOf)).toEqual([null, null]);
    expect(existsSync(folder), "the folder it had of its own").toBe(false);
  }, 30_000);
});
