import { execFileSync } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CacheRecord } from "../../../../../../services/runner/executors/docker/engine/listings.ts";
import { ENGINE_SOCKET } from "../../../../../support/engine-socket.ts";
import { lacks } from "../../../../../support/needs.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { until } from "../../../../../support/until.ts";
import { outcomesOf, planOf, type PruneGround, pruneGround } from "./a-prune-ground.ts";

const TYPE = "docker.build-cache.prune";

const ask = (method: string, path: string, body?: Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = body ? { "content-type": "application/x-tar" } : {};
    const call = request({ socketPath: ENGINE_SOCKET, method, path: `/v1.41${path}`, headers }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => (text += chunk.toString())).on("end", () => resolve(text));
    });
    call.on("error", reject).end(body);
  });

/** The engine reckons disk use for one asker at a time. */
const records = (): Promise<CacheRecord[]> =>
  until("the build cache", async () => {
    const answer = JSON.parse(await ask("GET", "/system/df")) as { BuildCache?: CacheRecord[] | null };
    return answer.BuildCache === undefined ? undefined : (answer.BuildCache ?? []);
  });

const prune = (id: string): Promise<string> =>
  ask("POST", `/build/prune?all=true&filters=${encodeURIComponent(JSON.stringify({ id: [id] }))}`);

/** Three layers on each other, told from the records of others by their sizes. */
const aBuild = (mark: string) => {
  const sizes = [0, 1, 2].map((layer) => 100_000 * (layer + 1) + randomInt(99_999));
  const folder = temporaryFolder("build");
  const context = join(folder, "context");
  mkdirSync(context);
  for (const [layer, size] of sizes.entries()) writeFileSync(join(context, `f${layer}`), randomBytes(size));
  const copies = sizes.map((_, layer) => `COPY f${layer} /f${layer}`).join("\n");
  writeFileSync(join(context, "Dockerfile"), `FROM scratch\n${copies}\n`);
  execFileSync("tar", ["-C", context, "-cf", join(folder, "context.tar"), "."]);
  const labels = encodeURIComponent(JSON.stringify({ "longshore.test": mark }));
  return {
    /** Builds with the engine's BuildKit, which fills the cache. */
    run: () => ask("POST", `/build?version=2&labels=${labels}`, readFileSync(join(folder, "context.tar"))),
    /** Ids of the layers' records, the lowest first. */
    layers: async (): Promise<string[]> => {
      const all = await records();
      return sizes.map((size) => all.find(({ Size }) => Size === size)?.ID ?? "");
    },
  };
};

describe.skipIf(lacks.docker)("pruning the build cache", () => {
  let ground: PruneGround;
  let before: ReadonlySet<string>;
  beforeAll(async () => {
    ground = await pruneGround();
    before = new Set((await records()).map(({ ID }) => ID));
  }, 120_000);
  afterAll(async () => {
    await ground.end();
    for (let tries = 0; tries < 5; tries += 1)
      for (const { ID } of await records()) if (!before.has(ID)) await prune(ID);
  }, 120_000);
  beforeEach(() => {
    ground.engine.asked.length = 0;
  });

  it("removes records one by one by their ids, leaves first, and says what came back", async () => {
    const build = aBuild(ground.mark);
    await build.run();
    const ids = await build.layers();
    const report = await ground.prune(TYPE, { only: { ids }, dryRun: true });
    expect(planOf(report).items.map(({ id }) => id)).toEqual(ids.toReversed());
    expect(ground.engine.changes()).toEqual([]);
    const task = await ground.prune(TYPE, { only: { ids } });
    expect(Object.values(outcomesOf(task, ground.mark))).toEqual(["done", "done", "done"]);
    for (const { index, freed } of task.items) expect(freed).toBe(planOf(task).items[index]?.bytes);
    expect(await build.layers()).toEqual(["", "", ""]);
    expect(ground.engine.changes().map(decodeURIComponent)).toEqual(
      ids.toReversed().map((id) => `POST /build/prune?all=true&filters={"id":["${id}"]}`),
    );
  }, 90_000);

  it("keeps what a guarded record builds on, and what was used just now", async () => {
    const build = aBuild(ground.mark);
    await build.run();
    const ids = await build.layers();
    const [, , leaf = ""] = ids;
    const guarded = await ground.prune(TYPE, { only: { ids }, protect: { names: [leaf] } });
    expect(planOf(guarded).items.map(({ rule }) => rule)).toEqual(["name", "needed", "needed"]);
    const young = await ground.prune(TYPE, { only: { ids }, olderThan: { lastUsed: "1h" } });
    expect(new Set(planOf(young).items.map(({ rule }) => rule))).toEqual(new Set(["too-young"]));
    const fresh = await ground.prune(TYPE, { only: { ids }, grace: "1h" });
    expect(new Set(planOf(fresh).items.map(({ rule }) => rule))).toEqual(new Set(["grace"]));
    expect(await build.layers()).toEqual(ids);
    expect(ground.engine.changes()).toEqual([]);
  }, 90_000);

  it("leaves records alone that a build has used since the plan", async () => {
    const build = aBuild(ground.mark);
    await build.run();
    const ids = await build.layers();
    const runs = ground.runs(TYPE);
    const planned = await runs.plan({ only: { ids }, grace: "0s" });
    await build.run();
    await ground.peer.assign(planned);
    const task = await runs.settled(planned);
    expect(task.items.map(({ code }) => code)).toContain("changed-since-plan");
    expect(task.items.filter(({ outcome }) => outcome === "done")).toEqual([]);
    expect(await build.layers()).toEqual(ids);
  }, 90_000);
});
