import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { type Ground, startGround } from "../../../a-ground.ts";
import { bulkRuns } from "../bulk/bulk-run.ts";
import { type CrowdedEngine, startCrowdedEngine } from "../engine/crowded-engine.ts";

const COUNT = 1_000;
const UPDATES_PER_S = 10;
/** For a thousand items: what they are, what is said of them, and garbage not yet collected. */
const MORE_MEMORY_BYTES = 150e6;

let engine: CrowdedEngine;
let ground: Ground;

beforeAll(async () => {
  const socket = join(temporaryFolder("fake-engine"), "docker.sock");
  engine = await startCrowdedEngine(socket, COUNT, 40);
  ground = await startGround({ DOCKER_HOST: `unix://${socket}` });
}, 60_000);
afterAll(async () => {
  await ground.stop();
  await engine.close();
});

/** Bytes resident of the runner and of its slots. */
const resident = (): number => {
  const { pid } = ground.runner;
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").trim().split(" ").filter(Boolean),
  );
  const pages = [String(pid), ...children].map((one) =>
    Number(readFileSync(`/proc/${one}/statm`, "utf8").split(" ")[1]),
  );
  return pages.reduce((sum, some) => sum + some, 0) * 4_096;
};

/** The most that fell into any one second; times in ms. */
const mostInASecond = (times: readonly number[]): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));

it("of one run are told of ten times a second at most, and cost the runner a bounded memory", async () => {
  const runs = bulkRuns(ground.peer);
  const id = await runs.plan({ action: "stop", ids: [...engine.ids], concurrency: 16 });
  const before = resident();
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, resident())), 100);
  await ground.peer.assign(id);
  const task = await runs.settled(id, 120_000);
  clearInterval(watch);
  expect(task.context.counts).toMatchObject({ done: COUNT, failed: 0 });
  expect([...engine.stops.values()]).toEqual(engine.ids.map(() => 1));
  const told = await ground.peer.progress(id);
  expect(told.at(-1)).toMatchObject({ done: COUNT, percent: 100 });
  expect(mostInASecond(told.map(({ at }) => Date.parse(at)))).toBeLessThanOrEqual(UPDATES_PER_S);
  expect(most - before).toBeLessThan(MORE_MEMORY_BYTES);
  expect(ground.runner.log(), "of too many who wait for one signal").not.toMatch(/MaxListeners/);
}, 150_000);
