import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ground, startGround, usable } from "../a-ground.ts";
import { processOf } from "../processes/process-state.ts";

const node = (script: string): string[] => [process.execPath, "-e", script];
const MIB = 1024 * 1024;
/** Fills memory the kernel counts, in steps a look can see. */
const HOG = `const all=[]; setInterval(()=>all.push(Buffer.alloc(${4 * MIB},1)),10)`;

const control = (pid: number, controller: string, file: string): string => {
  const line = readFileSync(`/proc/${pid}/cgroup`, "utf8")
    .split("\n")
    .find((text) => text.split(":")[1] === controller)
    ?.replace(/^\d+:[^:]*:/, "");
  return readFileSync(`/sys/fs/cgroup/${controller}${line ?? ""}/${file}`, "utf8").trim();
};

const childOf = (ground: Ground, id: string): Promise<number> =>
  ground.peer.until("its process", () => processOf(ground.peer.task(id).context.token ?? ""));

describe.each(usable(["cgroup1", "soft"]))("limits of a command with %s groups", (kind) => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await startGround({ LONGSHORE_GROUPS: kind });
  });
  afterAll(() => ground.stop());
  const run = (payload: unknown): ReturnType<Ground["run"]> => ground.run("command", payload);

  it("are announced for what they are", () => {
    const { isolation } = ground.peer.hellos[0] ?? {};
    expect(isolation?.groups).toBe(kind);
    expect(isolation?.message).toMatch(kind === "soft" ? /No control groups/ : /version 1/);
  });

  it("end it as out of memory, by that name, also when a child of its own is what is too large", async () => {
    const end = await run({
      command: ["sh", "-c", `"$@" & wait; exit 5`, "sh", ...node(HOG)],
      limits: { memoryBytes: 96 * MIB },
    });
    expect(end).toMatchObject({
      type: "attempt-failed",
      error: { code: "out-of-memory", message: expect.stringContaining("96 MiB") as string },
    });
  }, 40_000);

  it("leave it alone while it stays within them", async () => {
    const end = await run({
      command: node("Buffer.alloc(8e6,1); setTimeout(()=>0,600)"),
      limits: { memoryBytes: 512 * MIB, pids: 64 },
    });
    expect(end?.type).toBe("completed");
  }, 30_000);

  it("let it start no more processes than it may", async () => {
    const fork = "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 3 & done; echo all; wait";
    const id = await ground.begin("command", { command: ["sh", "-c", fork], limits: { pids: 6 } });
    await ground.settled(id);
    const end = ground.peer.task(id).reports.at(-1)?.body;
    expect(end?.type).toBe("attempt-failed");
    if (kind === "soft") expect(end).toMatchObject({ error: { code: "too-many-processes" } });
    else expect(await ground.text(id, "stderr")).toMatch(/fork/i);
  }, 30_000);

  it("bound its open files and the largest file it writes", async () => {
    const files = await run({
      command: node("for(let i=0;i<64;i++) require('fs').openSync('/dev/null')"),
      limits: { files: 32 },
    });
    expect(files).toMatchObject({ type: "attempt-failed" });
    const large = await run({
      command: ["sh", "-c", "head -c 300000 /dev/zero > large"],
      limits: { fileBytes: 100_000 },
    });
    expect(large).toMatchObject({ type: "attempt-failed" });
    const small = await run({
      command: ["sh", "-c", "head -c 90000 /dev/zero > small && wc -c < small"],
      limits: { fileBytes: 100_000, files: 32 },
    });
    expect(small?.type).toBe("completed");
  }, 30_000);

  it("still name a program that is not there, though another one is started before it", async () => {
    const end = await run({ command: ["/no/such/program"], limits: { files: 32 } });
    expect(end).toMatchObject({ error: { code: "cannot-start", message: "There is no such program." } });
  });

  it("bound what is kept of its output", async () => {
    const id = await ground.begin("command", {
      command: ["sh", "-c", "head -c 5000 /dev/zero | tr '\\0' x"],
      limits: { outputBytes: 1_000 },
    });
    await ground.settled(id);
    expect(await ground.text(id)).toBe(`${"x".repeat(1_000)}\n[4000 bytes beyond 1000 were left out]\n`);
  });

  it("cannot be raised beyond what the type declares, nor be nonsense", async () => {
    const id = await ground.begin("command", {
      command: ["sh", "-c", "grep -o 'Max processes.*' /proc/self/limits; sleep 60"],
      limits: { pids: 1_000_000 },
    });
    const line = await ground.said(id, /Max/);
    expect(line).toBeTruthy();
    if (kind === "cgroup1") {
      const pid = await childOf(ground, id);
      expect(control(pid, "pids", "pids.max")).toBe("4096");
    }
    await ground.peer.fact(id, { type: "cancel-requested" });
    await ground.settled(id);
    expect(await run({ command: ["true"], limits: { memoryBytes: 5 } })).toMatchObject({
      error: { code: "invalid-payload" },
    });
  }, 30_000);

  it("leave what people wait for ahead of it: it is nice, and has its share of the processors at most", async () => {
    const id = await ground.begin("command", {
      command: ["sh", "-c", "echo up; sleep 60"],
      limits: { cpus: 0.5 },
    });
    const pid = await childOf(ground, id);
    const niceness = () => Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[16]);
    await ground.peer.until("it is nice", () => niceness() === 10);
    if (kind === "cgroup1") {
      expect(control(pid, "cpu", "cpu.cfs_quota_us")).toBe("50000");
      expect(control(pid, "cpu", "../cpu.cfs_quota_us")).toBe(String(availableParallelism() * 80_000));
    }
    await ground.peer.fact(id, { type: "cancel-requested" });
    await ground.settled(id);
  }, 30_000);
});
