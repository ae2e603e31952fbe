import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type AttemptUse, USE_EVERY_MS } from "#schema/telemetry.ts";
import type { Use } from "../../../../services/runner/use/add-up.ts";
import type { OwnUse } from "../../../../services/runner/use/own-use.ts";
import type { Watched } from "../../../../services/runner/use/watched.ts";
import { tellUse } from "../../../../services/runner/use/tell-use.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const attempt = (mark: string, changes: Partial<Watched> = {}): Watched => ({
  taskId: `task ${mark}`,
  attempt: 1,
  mark,
  working: true,
  place: { pid: 1, hearsOnly: false },
  ...changes,
});

const use = (cpuMs: number): Use => ({ cpuMs, memoryBytes: 0, ioBytes: 0 });

/** A runner on paper: what it holds, and what a look at it would show. */
const aRunner = () => {
  const runner = {
    held: [] as Watched[],
    stands: true,
    sums: new Map<string, Use>(),
    looks: 0,
    begun: 0,
    subjects: [] as readonly { readonly mark: string; readonly own: OwnUse | null }[],
    told: [] as (readonly AttemptUse[])[],
    failures: [] as unknown[],
    look: (): Promise<ReadonlyMap<string, Use>> => Promise.resolve(runner.sums),
  };
  const stop = tellUse({
    attempts: () => runner.held,
    stands: () => runner.stands,
    own: (place) => {
      runner.begun += 1;
      return place && { pid: 1, hearsOnly: place.hearsOnly, cpuMs: 0, ioBytes: 0 };
    },
    look: (subjects) => {
      runner.looks += 1;
      runner.subjects = subjects;
      return runner.look();
    },
    tell: (attempts) => void runner.told.push(attempts),
    failed: (error) => void runner.failures.push(error),
  });
  const next = async (): Promise<readonly AttemptUse[] | undefined> => {
    const before = runner.told.length;
    await vi.advanceTimersByTimeAsync(USE_EVERY_MS);
    return runner.told[before];
  };
  return Object.assign(runner, { stop, next });
};

it("tells that there is nothing, too", async () => {
  const runner = aRunner();
  expect(await runner.next()).toEqual([]);
  expect(await runner.next()).toEqual([]);
  runner.stop();
});

it("tells of an attempt that was at work at the last look already, with its number of now", async () => {
  const runner = aRunner();
  runner.held = [attempt("a")];
  runner.sums.set("a", use(40));
  expect(await runner.next()).toEqual([]);
  runner.held = [attempt("a"), attempt("b")];
  expect(await runner.next()).toEqual([{ taskId: "task a", attempt: 1, ...use(40) }]);
  runner.held = [attempt("a", { attempt: 2 })];
  expect(await runner.next()).toEqual([{ taskId: "task a", attempt: 2, ...use(40) }]);
  runner.stop();
});

it("does not tell of what is paused, nor of anything while the runner is cut off, and counts on from before", async () => {
  const runner = aRunner();
  runner.held = [attempt("a")];
  runner.sums.set("a", use(900));
  await runner.next();
  expect((await runner.next())?.[0]?.cpuMs).toBe(900);
  runner.held = [attempt("a", { working: false })];
  expect(await runner.next()).toEqual([]);
  runner.held = [attempt("a")];
  runner.stands = false;
  expect(await runner.next()).toEqual([]);
  runner.stands = true;
  // A process ended meanwhile and took what it had used with it.
  runner.sums.set("a", use(100));
  expect(await runner.next()).toEqual([]);
  expect((await runner.next())?.[0]?.cpuMs).toBe(900);
  runner.stop();
});

it("knows nothing of what shares its process with others", async () => {
  const runner = aRunner();
  runner.held = [attempt("a", { place: null })];
  await runner.next();
  const told = await runner.next();
  expect(runner.subjects.map(({ own }) => own)).toEqual([null]);
  expect(told).toEqual([{ taskId: "task a", attempt: 1, cpuMs: null, memoryBytes: null, ioBytes: null }]);
  runner.stop();
});

it("looks at a slot's own use when it first sees an attempt in it, and not again while that is held", async () => {
  const runner = aRunner();
  runner.held = [attempt("a")];
  await runner.next();
  expect([runner.begun, runner.subjects.length]).toEqual([1, 0]);
  await runner.next();
  runner.held = [attempt("a", { working: false })];
  await runner.next();
  runner.held = [attempt("a")];
  await runner.next();
  await runner.next();
  expect([runner.begun, runner.subjects.length]).toEqual([1, 1]);
  runner.held = [];
  await runner.next();
  runner.held = [attempt("a")];
  await runner.next();
  expect(runner.begun).toBe(2);
  runner.stop();
});

it("goes on after a look that failed, begins none while one is under way, and tells nothing once it was stopped", async () => {
  const runner = aRunner();
  runner.look = () => Promise.reject(new Error("no such look"));
  expect(await runner.next()).toBeUndefined();
  expect(runner.failures).toHaveLength(1);
  let finish: (sums: ReadonlyMap<string, Use>) => void = () => undefined;
  runner.look = () => new Promise((resolve) => (finish = resolve));
  await runner.next();
  await runner.next();
  expect(runner.looks).toBe(2);
  finish(new Map());
  expect(await runner.next()).toEqual([]);
  expect(runner.looks).toBe(3);
  const { length } = runner.told;
  runner.stop();
  finish(new Map());
  await runner.next();
  expect(runner.told).toHaveLength(length);
});
