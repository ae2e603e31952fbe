import { expect, it } from "vitest";
import { discoverExecutors } from "../../../../services/runner/discover.ts";

/** What an engine is given to measure its disk or to remove an image. */
const LONGEST_CALL_MS = 600_000;

it("work on an engine is not called stuck during the engine's longest call, and what runs in a container never", async () => {
  const thresholds = (await discoverExecutors()).map(
    ({ type: { type, stuckAfterMs } }) => [type, stuckAfterMs] as const,
  );
  const { command, "docker.run": run, ...rest } = Object.fromEntries(thresholds);
  expect(run).toBe(0);
  // Five minutes: what it computes and moves is seen, too.
  expect(command).toBeUndefined();
  const onEngines = Object.keys(rest);
  expect(onEngines).toContain("docker.images.prune");
  for (const type of onEngines) expect(rest[type], type).toBeGreaterThan(LONGEST_CALL_MS + 60_000);
});
