import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { processesNaming } from "../../support/processes.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { startByHand } from "../../support/vain-start.ts";

it.each(["Starting NATS and Postgres", "setting up Postgres", "Starting scheduler"])(
  "Ctrl-C while it is still at “%s” ends everything it has started",
  async (moment) => {
    const data = join(temporaryFolder("ctrl-c"), "data");
    const started = await startByHand(data);
    await expect.poll(() => started.output(), { timeout: 20_000, interval: 5 }).toContain(moment);
    started.process.kill("SIGINT");
    expect(await started.ended).toBe(0);
    expect(started.output()).toContain("Stopped.");
    expect(started.output()).not.toContain("Longshore is at");
    expect(processesNaming(data)).toEqual([]);
    expect(existsSync(join(data, "lock"))).toBe(false);
  },
);

it("a second Ctrl-C ends services that do not listen", async () => {
  const data = join(temporaryFolder("ctrl-c"), "data");
  const started = await startByHand(data, { LONGSHORE_DUMMY_STUBBORN: "1" });
  await expect.poll(() => started.output(), { timeout: 20_000 }).toContain("Ctrl-C stops it");
  started.process.kill("SIGINT");
  // npm repeats the first Ctrl-C at once; that must not count as the second.
  started.process.kill("SIGINT");
  await expect.poll(() => started.output(), { timeout: 20_000 }).toContain("Ctrl-C again");
  // What comes within a second of the first is taken for its echo.
  await delay(1_200);
  expect(started.process.exitCode).toBeNull();
  const before = performance.now();
  started.process.kill("SIGINT");
  expect(await started.ended).toBe(0);
  expect(performance.now() - before).toBeLessThan(8_000);
  expect(processesNaming(data)).toEqual([]);
});
