import { expect, it } from "vitest";
import { USE_EVERY_MS } from "#schema/telemetry.ts";
import { createLatestUse } from "../../../web/server/latest-use.ts";

const at = (ms: number): string => new Date(Date.parse("2026-11-21T08:00:00.000Z") + ms).toISOString();
const use = (cpuMs: number, attempt = 1) => ({
  taskId: "a",
  attempt,
  cpuMs,
  memoryBytes: 7,
  ioBytes: null,
});

it("forgets what a runner that is no longer heard of said, and compares no attempt with another's", () => {
  let now = 0;
  const uses = createLatestUse({ monotonic: () => now });
  uses.hear({ runner: "one", at: at(0), attempts: [use(0)] });
  uses.hear({ runner: "one", at: at(1_000), attempts: [use(250)] });
  expect(uses.of("a")).toEqual({
    taskId: "a",
    attempt: 1,
    at: at(1_000),
    cpuPercent: 25,
    memoryBytes: 7,
    ioBytes: null,
    ioPerSecond: null,
  });
  uses.hear({ runner: "one", at: at(2_000), attempts: [use(900, 2)] });
  expect(uses.of("a")).toMatchObject({ attempt: 2, cpuPercent: null });
  now = 3 * USE_EVERY_MS;
  expect(uses.of("a")).not.toBeNull();
  now += 1;
  expect(uses.of("a")).toBeNull();
  uses.hear({ runner: "two", at: at(now), attempts: [] });
  now = 0;
  // Not merely hidden: it is gone.
  expect(uses.of("a")).toBeNull();
});
