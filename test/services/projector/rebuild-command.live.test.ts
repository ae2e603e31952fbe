import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { type Ground, environmentOf, openGround } from "./a-ground.ts";

let ground: Ground;
let folder: string;
beforeAll(async () => {
  folder = temporaryFolder("rebuild");
  ground = await openGround();
});
afterAll(async () => {
  await ground.close();
  rmSync(folder, { recursive: true });
});

const run = async (variables: Record<string, string>) => {
  const child = spawn(process.execPath, ["--import", "tsx", "services/projector/rebuild-main.ts"], {
    env: { LONGSHORE_DATA: folder, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, out, err };
};

it("npm run rebuild says in one sentence that nothing is running", async () => {
  const { code, err } = await run({});
  expect(code).toBe(1);
  expect(err).toMatch(/^Longshore is not running on .*\n$/);
});

it("it rebuilds what the environment names and says how much", async () => {
  await ground.journal.begin();
  const { code, out, err } = await run(environmentOf(ground.nats, ground.database.url));
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain("Done: 3 facts folded into 1 task");
  expect(await ground.sql`select state from tasks`).toEqual([{ state: "running.working" }]);
});
