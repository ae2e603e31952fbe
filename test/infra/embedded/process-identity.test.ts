import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { endProcess, identify, isAlive, startedAt } from "#infra/embedded/process-identity.ts";

it("knows a process by its number and its beginning, so a later one with the same number is another", () => {
  const own = identify(process.pid)!;
  expect(isAlive(own)).toBe(true);
  expect(isAlive({ ...own, since: `${own.since}0` })).toBe(false);
});

it("tells within a few seconds when a process began", () => {
  const began = Date.now() / 1000 - process.uptime();
  expect(Math.abs(startedAt(process.pid)! - began)).toBeLessThan(3);
});

it("sends the next signal to a process that ignores the first", async () => {
  const stubborn = spawn("sh", ["-c", "trap '' TERM; echo up; while :; do sleep 0.1; done"]);
  await once(stubborn.stdout, "data");
  const ended = once(stubborn, "exit");
  expect(await endProcess(identify(stubborn.pid!)!, ["SIGTERM"], 200)).toBe(false);
  expect(await endProcess(identify(stubborn.pid!)!, ["SIGTERM", "SIGKILL"], 200)).toBe(true);
  expect(await ended).toEqual([null, "SIGKILL"]);
});
