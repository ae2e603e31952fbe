import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { within } from "../../../../../../services/runner/executors/docker/engine/within.ts";

const never = (): Promise<never> => new Promise(() => undefined);

it("ends a call that never settles, by its limit", async () => {
  await expect(within({ limitMs: 20 }, never)).rejects.toMatchObject({ name: "TimeoutError" });
});

it("ends a call that never settles, by the signal, and tells the call", async () => {
  const stop = new AbortController();
  let told: AbortSignal | undefined;
  const ended = within({ limitMs: 60_000, signal: stop.signal }, (signal) => {
    told = signal;
    return never();
  });
  stop.abort();
  await expect(ended).rejects.toMatchObject({ name: "AbortError" });
  expect(told?.aborted).toBe(true);
});

it("makes no call when it is too late already", async () => {
  let called = false;
  const call = () => {
    called = true;
    return never();
  };
  await expect(within({ limitMs: 1_000, signal: AbortSignal.abort() }, call)).rejects.toMatchObject({
    name: "AbortError",
  });
  expect(called).toBe(false);
});

it("gives the call's own end, and lets go of the signal afterwards", async () => {
  const stop = new AbortController();
  let told: AbortSignal | undefined;
  const answer = await within({ limitMs: 5, signal: stop.signal }, (signal) => {
    told = signal;
    return Promise.resolve("here");
  });
  expect(answer).toBe("here");
  await expect(within({ limitMs: 5 }, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await sleep(20);
  stop.abort();
  expect(told?.aborted).toBe(false);
});
