import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AttemptReportBody } from "#schema/reports.ts";
import { provisioned } from "../../../../support/provisioned.ts";
import { startNats, type TestNats } from "../../../../support/stack.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { standsStill, stateOf } from "../../processes/process-state.ts";
import { openPeer, type Peer } from "../../peer.ts";
import { type RunnerProcess, startRunnerProcess } from "../../program.ts";

let nats: TestNats;
let peer: Peer;
let runner: RunnerProcess;
const asRoot = process.getuid?.() === 0;

beforeAll(async () => {
  nats = await provisioned(await startNats());
  peer = await openPeer(nats);
  runner = await startRunnerProcess(nats, { LONGSHORE_SLOTS: "3", SECRET_OF_OURS: "never" });
  await peer.until("hello", () => peer.hellos.length > 0);
});
afterAll(async () => {
  await runner?.stop();
  await peer?.close();
  await nats?.stop();
});

const begin = async (payload: unknown, deadlineAt: string | null = null): Promise<string> => {
  const id = await peer.submit("command", payload);
  await peer.assign(id, deadlineAt);
  return id;
};
const settled = (id: string): Promise<string> =>
  peer.until(`the end of ${id}`, () =>
    ["completed", "failed", "cancelled"].find((s) => s === peer.task(id).state),
  );
const last = (id: string): AttemptReportBody | undefined => peer.task(id).reports.at(-1)?.body;
const text = async (id: string, stream: string): Promise<string> =>
  (await peer.logs(id))
    .filter((chunk) => chunk.stream === stream)
    .map((chunk) => chunk.text)
    .join("");
const run = async (payload: unknown): Promise<{ id: string; end: AttemptReportBody | undefined }> => {
  const id = await begin(payload);
  await settled(id);
  return { id, end: last(id) };
};
/** A program's words, one per line, when it has said something that matches. */
const said = async (id: string, pattern: RegExp): Promise<RegExpExecArray> => {
  let found: RegExpExecArray | null = null;
  for (let tries = 0; found === null && tries < 200; tries += 1) {
    found = pattern.exec(await text(id, "stdout"));
    if (found === null) await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (found === null) throw new Error(`it never said ${String(pattern)}`);
  return found;
};
/** The first test user cannot enter a folder only root may: scripts come as arguments. */
const node = (script: string): string[] => [process.execPath, "-e", script];

describe("what a command says", () => {
  it("arrives whole and in order, and its exit code is the result", async () => {
    const { id, end } = await run({ command: ["sh", "-c", "echo out; echo err >&2"] });
    expect(peer.task(id).reports.map(({ body }) => body.type)).toEqual(["started", "completed"]);
    expect(end).toMatchObject({ result: { exitCode: 0 } });
    expect(await text(id, "stdout")).toBe("out\n");
    expect(await text(id, "stderr")).toBe("err\n");
  });

  it("arrives byte for byte when it is large and full of long characters", async () => {
    const line = "€😀ä".repeat(40_000);
    const { id } = await run({ command: node(`process.stdout.write("€😀ä".repeat(40000))`) });
    expect(await text(id, "stdout")).toBe(line);
    for (const chunk of await peer.logs(id))
      expect(Buffer.byteLength(chunk.text)).toBeLessThanOrEqual(32 * 1024);
    const numbers = (await peer.logs(id)).map(({ chunk }) => chunk);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  it("arrives line by line in ten thousand lines, with bytes that are no text replaced", async () => {
    const script = `const out = []; for (let i = 0; i < 10000; i++) out.push(Buffer.from("line " + i), Buffer.from([0xff, 10]));
      require("fs").writeSync(1, Buffer.concat(out))`;
    const { id } = await run({ command: node(script) });
    const lines = Array.from({ length: 10_000 }, (_, index) => `line ${index}\ufffd\n`);
    expect(await text(id, "stdout")).toBe(lines.join(""));
  });

  it("is cut at ten mebibytes, and what was left out is counted", async () => {
    const { id, end } = await run({
      command: node(
        `const b = Buffer.alloc(1 << 20, 97); for (let i = 0; i < 12; i++) require("fs").writeSync(1, b)`,
      ),
    });
    expect(end?.type).toBe("completed");
    const dropped = (await peer.logs(id)).find((chunk) => chunk.dropped !== undefined);
    expect(dropped?.dropped).toBe(2 * 1024 * 1024);
  });

  it("takes its arguments as they are, with no shell between", async () => {
    const nasty = ["$(id)", "`id`", "; rm -rf /", "a b", "*", "", "\n", "'\""];
    const { id } = await run({
      command: [...node("process.stdout.write(JSON.stringify(process.argv.slice(1)))"), "--", ...nasty],
    });
    expect(JSON.parse(await text(id, "stdout"))).toEqual(nasty);
  });
});

describe("how a command ends", () => {
  it("fails with its exit code and its last words", async () => {
    const { end } = await run({ command: ["sh", "-c", "echo disk full >&2; exit 3"] });
    expect(end).toEqual({
      type: "attempt-failed",
      error: { code: "exit-3", message: "disk full" },
      retryable: true,
    });
  });

  it("fails for good when there is no such program or folder", async () => {
    expect((await run({ command: ["no-such-program-here"] })).end).toMatchObject({
      error: { code: "cannot-start" },
      retryable: false,
    });
    expect((await run({ command: ["true"], cwd: "/no/such/folder" })).end).toMatchObject({
      error: { code: "cannot-start", message: "The folder /no/such/folder does not exist." },
    });
  });

  it("is ended when its own time is over", async () => {
    const { end } = await run({ command: ["sleep", "60"], timeoutMs: 300 });
    expect(end).toMatchObject({ error: { code: "timeout" }, retryable: true });
  });

  it("is ended when its deadline has come", async () => {
    const id = await begin({ command: ["sleep", "60"] }, new Date(Date.now() + 500).toISOString());
    await settled(id);
    expect(last(id)).toMatchObject({ error: { code: "timeout" }, retryable: true });
  });

  it("takes its whole tree along when it is cancelled, also those who fled from its session", async () => {
    const flee = `
      const { spawn } = require("child_process");
      if (process.argv[1] === "deep") { process.on("SIGTERM", () => {}); console.log("deep " + process.pid); setInterval(() => {}, 1000); }
      else {
        process.on("SIGTERM", () => {});
        spawn("setsid", ["sh", "-c", "setsid " + process.execPath + " -e '" + process.argv[1] + "' deep & exit 0"], { stdio: "inherit", detached: true });
        console.log("top " + process.pid);
        setInterval(() => {}, 1000);
      }`;
    const deep = `process.on("SIGTERM", () => {}); console.log("deep " + process.pid); setInterval(() => {}, 1000)`;
    const id = await begin({ command: [...node(flee), deep] });
    const pid = Number((await said(id, /deep (\d+)/))[1]);
    expect(stateOf(pid)).not.toBeNull();
    await peer.fact(id, { type: "cancel-requested" });
    expect(await settled(id)).toBe("cancelled");
    expect(stateOf(pid)).toBeNull();
  }, 30_000);

  it("leaves nothing behind when it ends by itself", async () => {
    const id = await begin({ command: ["sh", "-c", "sleep 300 & echo child $!"] });
    const pid = Number((await said(id, /child (\d+)/))[1]);
    expect(await settled(id)).toBe("completed");
    expect(stateOf(pid)).toBeNull();
  });
});

describe("what a command may", () => {
  it("sees a small environment of its own, and none of ours", async () => {
    const { id } = await run({ command: ["env"], env: { GREETING: "hello" } });
    const names = (await text(id, "stdout"))
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split("=")[0] ?? "");
    expect(new Set(names)).toEqual(
      new Set(["GREETING", "HOME", "LONGSHORE_ATTEMPT", "LONGSHORE_RUNNER", "PATH"]),
    );
  });

  it.runIf(asRoot)("runs as an unprivileged user in a fresh folder that is gone afterwards", async () => {
    const { id } = await run({ command: ["sh", "-c", "id -u; id -G; pwd; touch here"] });
    const [uid, groups, folder = ""] = (await text(id, "stdout")).split("\n");
    expect(uid).toBe("65534");
    expect(groups).toBe("65534");
    expect(folder).toMatch(/longshore-command-/);
    expect(existsSync(folder)).toBe(false);
  });

  it("may not use a shell where the runner does not allow it, nor dangerous variables", async () => {
    const folder = temporaryFolder("shell");
    const trace = join(folder, "trace");
    writeFileSync(join(folder, "keep"), "");
    expect((await run({ command: `touch ${trace}`, shell: true })).end).toMatchObject({
      error: { code: "forbidden" },
      retryable: false,
    });
    for (const bad of [
      { command: "echo hi" },
      { command: ["true"], shell: true },
      { command: ["true"], env: { LD_PRELOAD: "x" } },
      { command: ["true"], env: { LONGSHORE_ATTEMPT: "x" } },
      { command: [] },
      { command: ["true"], unknown: 1 },
    ])
      expect((await run(bad)).end, JSON.stringify(bad)).toMatchObject({ error: { code: "invalid-payload" } });
    expect(readdirSync(folder)).toEqual(["keep"]);
  });
});

describe("a command that is paused", () => {
  it("stands still with its whole tree, gives its slot back, and goes on where it was under its new token", async () => {
    const counting = "i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo $i; sleep 0.02; done";
    const id = await begin({ command: ["sh", "-c", `echo pid $$; ${counting}`] });
    const pid = Number((await said(id, /pid (\d+)/))[1]);
    await peer.fact(id, { type: "pause-requested" });
    await peer.until("paused", () => peer.task(id).state === "paused");
    expect(last(id)).toEqual({ type: "paused", inPlace: true });
    expect(standsStill(pid)).toBe(true);
    const cpu = readFileSync(`/proc/${pid}/stat`, "utf8");
    const others = await Promise.all([0, 1, 2].map(() => begin({ command: ["sleep", "0.2"] })));
    for (const other of others) expect(await settled(other)).toBe("completed");
    expect(readFileSync(`/proc/${pid}/stat`, "utf8").split(" ").slice(2, 16)).toEqual(
      cpu.split(" ").slice(2, 16),
    );
    const token = peer.task(id).context.token;
    await peer.fact(id, { type: "resumed" });
    await peer.assign(id);
    expect(await settled(id)).toBe("completed");
    expect(peer.task(id).reports.at(-1)?.token).not.toBe(token);
    const lines = (await text(id, "stdout")).trim().split("\n").slice(1).map(Number);
    expect(lines).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
  }, 40_000);

  it("can be cancelled while it stands still", async () => {
    const id = await begin({ command: ["sh", "-c", "echo pid $$; sleep 300"] });
    const pid = Number((await said(id, /pid (\d+)/))[1]);
    await peer.fact(id, { type: "pause-requested" });
    await peer.until("paused", () => peer.task(id).state === "paused");
    await peer.fact(id, { type: "cancel-requested" });
    expect(await settled(id)).toBe("cancelled");
    expect(stateOf(pid)).toBeNull();
  });
});

describe("a runner", () => {
  it("gives back what it has no slot or no executor for", async () => {
    const long = await Promise.all([0, 1, 2].map(() => begin({ command: ["sleep", "300"] })));
    for (const id of long) await peer.until("working", () => peer.task(id).state === "running.working");
    const fourth = await begin({ command: ["true"] });
    await peer.until("unclaimed", () => peer.task(fourth).state === "queued");
    for (const id of long) {
      await peer.fact(id, { type: "cancel-requested" });
      expect(await settled(id)).toBe("cancelled");
    }
    const unknown = await peer.submit("no.such.type", {});
    await peer.assign(unknown);
    await peer.until("unclaimed", () => peer.task(unknown).state === "queued");
  }, 30_000);

  it("reports a slot's death as a crash, and works on", async () => {
    const id = await begin({ command: ["sh", "-c", "echo pid $$; echo slot $PPID; sleep 300"] });
    const pid = Number((await said(id, /pid (\d+)/))[1]);
    process.kill(Number((await said(id, /slot (\d+)/))[1]), "SIGKILL");
    await settled(id);
    expect(last(id)).toMatchObject({ type: "attempt-failed", error: { code: "crashed" }, retryable: false });
    expect(stateOf(pid)).toBeNull();
    expect((await run({ command: ["true"] })).end?.type).toBe("completed");
  });

  it("kills work that was declared lost without a word", async () => {
    const id = await begin({ command: ["sh", "-c", "echo pid $$; sleep 300"] });
    const pid = Number((await said(id, /pid (\d+)/))[1]);
    await peer.fact(id, { type: "attempt-lost", message: "test" });
    await peer.until("the work is gone", () => stateOf(pid) === null);
    expect(peer.task(id).reports.map(({ body }) => body.type)).toEqual(["started"]);
  });
});
