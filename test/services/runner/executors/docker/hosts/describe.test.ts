import { describe, expect, it } from "vitest";
import type { Engine } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import { createHostView } from "../../../../../../services/runner/executors/docker/hosts/describe.ts";

const SITE = { name: "nas", address: "ssh://nas", dial: { kind: "own" }, pinned: null } as const;
const ABOUT = { id: "A", name: "nas", containers: { running: 1, paused: 0, stopped: 0 }, images: 2 };

/** A host whose answers the test gives. */
const aHost = (fault: string | null = null) => {
  const waiting: { answer(): void; fail(error: Error): void }[] = [];
  const engine = {
    forget: () => undefined,
    explain: (error: unknown) => (error as Error).message,
    about: () =>
      new Promise((resolve, reject) => {
        waiting.push({ answer: () => resolve(ABOUT), fail: reject });
      }),
  } as unknown as Engine;
  const view = createHostView(SITE, {
    runner: "local",
    engine,
    fault: () => fault,
    observedSince: () => Promise.resolve("2026-01-01T00:00:00.000Z"),
  });
  return { waiting, view };
};

describe("the view of a host", () => {
  it("shares one question among all who look, and says why there is no answer", async () => {
    const { waiting, view } = aHost();
    const looks = Promise.all([view.look(), view.look()]);
    expect(waiting).toHaveLength(1);
    waiting[0]?.answer();
    expect((await looks).map(({ reachable, images }) => [reachable, images])).toEqual([
      [true, 2],
      [true, 2],
    ]);
    const next = view.look();
    waiting[1]?.fail(new Error("connect ECONNREFUSED"));
    expect(await next).toMatchObject({ reachable: false, message: "connect ECONNREFUSED", engine: null });
  });

  it("says what is wrong with the way there, where that is known", async () => {
    const { waiting, view } = aHost("Permission denied (publickey).");
    const look = view.look();
    waiting[0]?.fail(new Error("connect ENOENT"));
    expect((await look).message).toBe("Permission denied (publickey).");
  });
});

describe("a host that does not answer in time", () => {
  it("is as it was last, is not waited for a second time, and is asked anew when it came back", async () => {
    const { waiting, view } = aHost();
    const began = performance.now();
    expect(await view.look()).toMatchObject({ reachable: false, message: "It has not answered yet." });
    const first = performance.now() - began;
    expect(first).toBeGreaterThan(1_400);
    await view.look();
    expect(performance.now() - began - first).toBeLessThan(1_000);
    expect(waiting).toHaveLength(1);
    view.changed();
    const back = view.look();
    expect(waiting).toHaveLength(2);
    waiting[1]?.answer();
    expect((await back).reachable).toBe(true);
    waiting[0]?.fail(new Error("too late to matter"));
    const last = view.look();
    waiting[2]?.answer();
    expect((await last).reachable).toBe(true);
  });
});
