import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { markedProcesses } from "../../../../services/runner/processes/process-scan.ts";
import { ATTEMPT_MARK, markOf } from "../../../../services/runner/processes/marks.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { type Ground, startGround, usable } from "../a-ground.ts";
import { standsStill, stateOf } from "../processes/process-state.ts";

/** Freezes in place, and keeps where it is: what is lost while it stands still goes on from there. */
const STEPS = `
  import { defineExecutor, Type } from "longshore/executor";
  export const executor = defineExecutor({
    type: "test.steps", title: "Steps", pause: "freeze", isolation: "process", repeatable: true,
    payload: Type.Object({ to: Type.Integer() }),
    run: async ({ payload, checkpoint, keep, cancelled }) => {
      const from = checkpoint ?? 0;
      for (let at = from; at < payload.to;) {
        if (cancelled.aborted) return { type: "cancelled" };
        await new Promise((resolve) => setTimeout(resolve, 10));
        await keep((at += 1));
      }
      return { type: "completed", result: { from, pid: process.pid } };
    },
  });`;

/** What the kernel says of a process; nothing when it is gone. */
const statOf = (pid: number): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  } catch {
    return [];
  }
};

/** Clock ticks of processor time that these processes have used. */
const ticksOf = (pids: readonly number[]): number =>
  pids.map(statOf).reduce((sum, fields) => sum + Number(fields[11] ?? 0) + Number(fields[12] ?? 0), 0);

const HOG = "while :; do :; done";

describe.each(usable(["cgroup1", "cgroup2", "soft"]))("a pause in %s groups", (kind) => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await startGround({ LONGSHORE_GROUPS: kind, LONGSHORE_SLOTS: "3" }, { steps: STEPS });
  });
  afterAll(() => ground.stop());

  const pause = async (id: string): Promise<void> => {
    await ground.peer.fact(id, { type: "pause-requested" });
    await ground.peer.until("paused", () => ground.peer.task(id).state === "paused");
  };
  const resume = async (id: string): Promise<void> => {
    await ground.peer.fact(id, { type: "resumed" });
    await ground.peer.assign(id);
    await ground.peer.until("working", () => ground.peer.task(id).state === "running.working");
  };
  const pidsOf = (id: string): number[] =>
    markedProcesses(markOf(ATTEMPT_MARK, ground.peer.task(id).context.token ?? "")).map(({ pid }) => pid);

  it("takes all processor time from a tree of hogs, also from those who fled", async () => {
    const clear = kind === "soft" ? "" : "env -i";
    const id = await ground.begin("command", {
      command: ["sh", "-c", `( ${clear} /usr/bin/setsid /bin/sh -c '${HOG}' & ) ; sh -c '${HOG}' & ${HOG}`],
    });
    // The shells between them come and go.
    const hogs = (): number[] => pidsOf(id).filter((pid) => ticksOf([pid]) > 5);
    await ground.peer.until("three hogs are busy", () => hogs().length >= 3);
    const pids = hogs();
    await pause(id);
    const [before, begun] = [ticksOf(pids), performance.now()];
    let samples = 0;
    await ground.peer.until("a hundred samples over two seconds", () => {
      samples += 1;
      expect(ticksOf(pids)).toBe(before);
      return samples >= 100 && performance.now() - begun > 2_000;
    });
    // A tick is 10 ms: none in two seconds for three processes is less than 0.1 % by far.
    await resume(id);
    await ground.peer.until("they are busy again", () => ticksOf(pids) > before);
    await ground.peer.fact(id, { type: "cancel-requested" });
    await ground.settled(id);
  }, 60_000);

  it("loses and repeats no byte of the output over 200 times", async () => {
    const flag = join(temporaryFolder("flag"), "enough");
    const script = `let i=0; const fs=require("fs");
      const timer=setInterval(()=>{ for(let n=0;n<5;n++) console.log("line "+(i++)+" €");
        if (fs.existsSync("${flag}")) { clearInterval(timer); console.log("end "+i); } }, 1)`;
    const id = await ground.begin("command", { command: [process.execPath, "-e", script] });
    await ground.said(id, /line 1 /);
    for (let cycle = 0; cycle < 200; cycle += 1) {
      await pause(id);
      await resume(id);
    }
    writeFileSync(flag, "");
    expect(await ground.settled(id)).toBe("completed");
    const text = await ground.text(id);
    const count = Number(/end (\d+)/.exec(text)?.[1]);
    expect(count).toBeGreaterThan(200);
    const lines = Array.from({ length: count }, (_, index) => `line ${index} €\n`);
    expect(text).toBe(`${lines.join("")}end ${count}\n`);
  }, 120_000);

  it("outlasts a scheduler that is away: what is paused stays so, and goes on where it was", async () => {
    const count = "i=0; while :; do echo n$i; i=$((i+1)); sleep 0.02; done";
    const id = await ground.begin("command", { command: ["sh", "-c", count] });
    const other = await ground.begin("command", { command: ["sh", "-c", HOG] });
    await ground.said(id, /n3/);
    const pids = pidsOf(id).slice(0, 1);
    await pause(id);
    await ground.peer.until("the other works", () => pidsOf(other).length > 0);
    const others = pidsOf(other);
    Object.assign(ground.peer, { answerLease: false, answerReports: false });
    await ground.peer.until("the other stands still", () => others.every(standsStill));
    Object.assign(ground.peer, { answerLease: true, answerReports: true });
    await ground.peer.until("the other goes on", () => !others.every(standsStill));
    expect(pids.filter((pid) => !standsStill(pid))).toEqual([]);
    const before = (await ground.text(id)).split("\n").length;
    await resume(id);
    await ground.said(id, new RegExp(`n${before + 5}\\n`));
    // Its processes keep the mark of the token they were born with.
    expect(pids.map(stateOf)).not.toContain(null);
    for (const one of [id, other]) await ground.peer.fact(one, { type: "cancel-requested" });
    for (const one of [id, other]) await ground.settled(one);
  }, 60_000);

  it("is let go when its runner dies, and goes on from its last checkpoint on the next", async () => {
    const id = await ground.begin("test.steps", { to: 60 }, { pause: "freeze", repeatable: true });
    const kept = (): number =>
      ground.peer.task(id).reports.filter(({ body }) => body.type === "checkpointed").length;
    await ground.peer.until("ten steps", () => kept() >= 10);
    await pause(id);
    const pids = pidsOf(id);
    const at = kept();
    await ground.runner.kill9();
    await ground.peer.fact(id, { type: "attempt-lost", message: "Its runner died." });
    expect(ground.peer.task(id).state).toBe("paused");
    await ground.restart();
    expect(pids.filter((pid) => standsStill(pid))).toEqual([]);
    await resume(id);
    expect(await ground.settled(id)).toBe("completed");
    expect(kept()).toBe(60);
    expect(ground.peer.task(id).reports.at(-1)?.body).toMatchObject({ result: { from: at } });
  }, 60_000);
});
