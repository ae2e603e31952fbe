import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectNats } from "#infra/nats/connect.ts";
import { telemetrySubject } from "#schema/subjects.ts";
import { type AttemptUse, type RunnerUse, USE_EVERY_MS } from "#schema/telemetry.ts";
import { type Ground, startGround, usable } from "../a-ground.ts";

const executor = (type: string, more: string, run: string): string => `
  import { defineExecutor, Type } from "longshore/executor";
  export const executor = defineExecutor({
    type: "test.${type}",
    title: "Test",
    payload: Type.Object({}),
    ${more},
    run: async ({ cancelled }) => {
      ${run}
      return cancelled.aborted ? { type: "cancelled" } : { type: "completed", result: null };
    },
  });`;

const UNTIL_CANCELLED = `await new Promise((resolve) => cancelled.addEventListener("abort", resolve));`;
const BUSY = `while (!cancelled.aborted) {
  const until = performance.now() + 50;
  while (performance.now() < until);
  await new Promise((resolve) => setImmediate(resolve));
}`;

const EXECUTORS = {
  shared: executor("shared", `isolation: "inline", repeatable: true, pause: "none"`, UNTIL_CANCELLED),
  thread: executor("thread", `isolation: "thread", repeatable: false, pause: "none"`, BUSY),
  idle: executor("idle", `isolation: "thread", repeatable: false, pause: "none"`, UNTIL_CANCELLED),
  apart: executor("apart", `isolation: "process", repeatable: false, pause: "none"`, BUSY),
};

const HOG = "while :; do :; done";
/** 64 KiB some 20 times a second: bytes, and hardly any processor time. */
const WRITER = "while :; do dd if=/dev/zero of=./out bs=65536 count=1 2>/dev/null; sleep 0.05; done";

/** A dozen looks: the machine may be busy. */
const LOOKS_MS = 60_000;

const KINDS = usable(["cgroup1", "cgroup2", "soft"]);

/** A runner whose looks are heard. */
const startHeard = async (kind: string) => {
  const ground: Ground = await startGround({ LONGSHORE_GROUPS: kind, LONGSHORE_SLOTS: "8" }, EXECUTORS);
  const { peer, nats } = ground;
  // Of all services the monitor is the one that may hear it.
  const listener = await connectNats({ url: nats.url, seedFile: nats.seedFile("monitor"), user: "monitor" });
  const looks: RunnerUse[] = [];
  listener.subscribe(telemetrySubject("use", "local"), {
    callback: (_, message) => void looks.push(message.json<RunnerUse>()),
  });
  await listener.flush();

  const usesOf = (id: string): AttemptUse[] =>
    looks.flatMap(({ attempts }) => attempts.filter(({ taskId }) => taskId === id));
  return {
    ground,
    looks,
    usesOf,
    threeOf: (id: string): Promise<AttemptUse[]> =>
      peer.until(`looks at ${id}`, () => usesOf(id).length >= 3 && usesOf(id).slice(0, 3), LOOKS_MS),
    shell: (script: string): Promise<string> => ground.begin("command", { command: ["sh", "-c", script] }),
    cancel: async (...ids: readonly string[]): Promise<void> => {
      for (const id of ids) await peer.fact(id, { type: "cancel-requested" });
      for (const id of ids) await ground.settled(id);
    },
    stop: async (): Promise<void> => {
      await listener.close();
      await ground.stop();
    },
  };
};
type Heard = Awaited<ReturnType<typeof startHeard>>;

const rise = (uses: readonly AttemptUse[], of: "cpuMs" | "ioBytes"): number[] =>
  uses.slice(1).map((use, index) => (use[of] ?? NaN) - (uses[index]?.[of] ?? NaN));

describe.each(KINDS)("what attempts use, in %s groups", (kind) => {
  let heard: Heard;
  beforeAll(async () => {
    heard = await startHeard(kind);
  }, 60_000);
  afterAll(() => heard?.stop());

  it("tells those who compute from those who wait, wherever their processes have gone", async () => {
    const { shell, threeOf, usesOf, ground } = heard;
    const clear = kind === "soft" ? "" : "env -i";
    const ids = {
      hog: await shell(HOG),
      fled: await shell(`( ${clear} /usr/bin/setsid /bin/sh -c '${HOG}' & ) ; sleep 600`),
      thread: await ground.begin("test.thread", {}, { pause: "none" }),
      apart: await ground.begin("test.apart", {}, { pause: "none" }),
      idle: await ground.begin("test.idle", {}, { pause: "none" }),
      sleeper: await shell("exec sleep 600"),
      writer: await shell(WRITER),
    };
    // Four of them share what processors there are, beside all else that this machine does.
    for (const id of [ids.hog, ids.fled, ids.thread, ids.apart])
      for (const more of rise(await threeOf(id), "cpuMs")) expect(more).toBeGreaterThan(0);

    const sleeper = await threeOf(ids.sleeper);
    expect([...rise(sleeper, "cpuMs"), ...rise(sleeper, "ioBytes")]).toEqual([0, 0, 0, 0]);
    // The slot that hears it holds some 40 MiB.
    expect(sleeper[2]?.memoryBytes).toBeLessThan(8 * 1024 * 1024);
    for (const more of rise(await threeOf(ids.writer), "ioBytes")) expect(more).toBeGreaterThan(131_072);
    for (const id of Object.values(ids))
      for (const use of await threeOf(id)) {
        expect(use.attempt).toBe(1);
        expect(use.memoryBytes).toBeGreaterThan(0);
      }
    // What waits inside a slot is shown with the slot's own doing, which is next to nothing once that has started.
    const quiet = (): boolean => rise(usesOf(ids.idle), "cpuMs").some((more) => more <= 20);
    await ground.peer.until("a look at a slot that waits", quiet, LOOKS_MS);
  }, 180_000);
});

describe("a runner's looks at what attempts use", () => {
  let heard: Heard;
  beforeAll(async () => {
    heard = await startHeard(KINDS[0] ?? "soft");
  }, 60_000);
  afterAll(() => heard?.stop());

  it("tell of nobody when nothing is at work", async () => {
    const look = await heard.ground.peer.until("a look", () => heard.looks[0], LOOKS_MS);
    expect(look).toEqual({ runner: "local", at: expect.any(String) as string, attempts: [] });
  });

  it("leave out what is paused in place and what ended meanwhile, and know nothing of what shares its process", async () => {
    const { shell, threeOf, usesOf, cancel, ground } = heard;
    const { peer } = ground;
    const hog = await shell(HOG);
    const shared = await ground.begin("test.shared", {}, { repeatable: true, pause: "none" });
    const before = (await threeOf(hog)).at(-1)?.cpuMs ?? NaN;
    await peer.fact(hog, { type: "pause-requested" });
    await peer.until("paused", () => peer.task(hog).state === "paused");
    const short = await shell("true");
    await ground.settled(short);

    // A look that was under way when it was paused may still have told of it.
    const known = usesOf(hog).length + 1;
    const further = usesOf(shared).length + 3;
    await peer.until("further looks", () => usesOf(shared).length >= further, LOOKS_MS);
    expect(usesOf(hog).length).toBeLessThanOrEqual(known);
    expect(usesOf(short)).toEqual([]);
    for (const use of usesOf(shared))
      expect(use).toEqual({ taskId: shared, attempt: 1, cpuMs: null, memoryBytes: null, ioBytes: null });

    await peer.fact(hog, { type: "resumed" });
    await peer.assign(hog);
    const second = (): AttemptUse | undefined => usesOf(hog).find(({ attempt }) => attempt === 2);
    expect((await peer.until("a look at its next number", second, LOOKS_MS)).cpuMs).toBeGreaterThan(before);
    await cancel(hog, shared);
  }, 180_000);

  it("come one after another in their time", () => {
    const times = heard.looks.map(({ at }) => Date.parse(at));
    expect(times.length).toBeGreaterThan(6);
    const whole = (times.at(-1) ?? 0) - (times[0] ?? 0);
    expect(whole / (times.length - 1)).toBeGreaterThan(USE_EVERY_MS * 0.9);
  });
});
