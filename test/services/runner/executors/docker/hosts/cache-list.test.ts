import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Engine } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import { createCacheList } from "../../../../../../services/runner/executors/docker/hosts/cache-list.ts";

/** An old engine that reckons as long as it is told to. */
const slowEngine = () => {
  const waiting: ((ids: readonly string[]) => void)[] = [];
  const engine = {
    about: () => Promise.resolve({ apiVersion: "1.41" }),
    product: () => Promise.resolve("docker"),
    request: () =>
      new Promise((resolve) => {
        waiting.push((ids) => resolve({ BuildCache: ids.map((ID) => ({ ID })) }));
      }),
  } as unknown as Engine;
  return { engine, waiting };
};
const signal = new AbortController().signal;
const idsOf = (records: readonly { readonly ID: string }[]): string[] => records.map(({ ID }) => ID);

describe("the build cache of an engine", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is asked for once, however many want it meanwhile", async () => {
    const { engine, waiting } = slowEngine();
    const list = createCacheList(engine);
    const both = Promise.all([list(signal), list(signal)]);
    await vi.waitFor(() => expect(waiting).toHaveLength(1), { timeout: 4_000 });
    waiting[0]?.(["a"]);
    expect((await both).map(idsOf)).toEqual([["a"], ["a"]]);
  });

  it("is what it was before where the engine takes too long, and then what it has found", async () => {
    const { engine, waiting } = slowEngine();
    const list = createCacheList(engine);
    const first = list(signal).catch((error: unknown) => (error as Error).name);
    await vi.advanceTimersByTimeAsync(6_001);
    expect(await first).toBe("TimeoutError");
    waiting[0]?.(["a"]);
    await vi.advanceTimersByTimeAsync(1);
    const second = list(signal);
    await vi.advanceTimersByTimeAsync(6_001);
    expect(idsOf(await second)).toEqual(["a"]);
    waiting[1]?.(["b"]);
    await vi.advanceTimersByTimeAsync(1);
    const third = list(signal);
    await vi.advanceTimersByTimeAsync(6_001);
    expect(idsOf(await third)).toEqual(["b"]);
  });
});
