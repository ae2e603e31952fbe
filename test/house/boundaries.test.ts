import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");

interface Cruise {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly { rule: { name: string }; from: string }[];
  };
  readonly modules: readonly { readonly source: string }[];
}

const cruise = async (...args: string[]): Promise<Cruise> => {
  const program = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const { stdout } = await run(
    process.execPath,
    [program, "--config", ".dependency-cruiser.mjs", "--output-type", "json", ...args],
    {
      cwd: ROOT,
      maxBuffer: 64 * 1024 ** 2,
    },
  ).catch((error: unknown) => error as { stdout: string });
  return JSON.parse(stdout) as Cruise;
};

it("are checked on the whole house, and kept", async () => {
  const { summary, modules } = await cruise("schema", "infra", "services", "web", "client");
  expect(summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`)).toEqual([]);
  for (const room of [
    "schema/",
    "infra/nats/",
    "services/scheduler/",
    "services/runner/",
    "web/server/",
    "web/console/",
    "client/",
  ]) {
    expect(modules.filter(({ source }) => source.startsWith(room)).length, room).toBeGreaterThan(1);
  }
}, 60_000);
