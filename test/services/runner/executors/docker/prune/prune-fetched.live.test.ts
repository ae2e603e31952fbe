import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readLastUses } from "../../../../../../services/runner/executors/docker/hosts/last-use.ts";
import { startRegistry, type TestRegistry } from "../../../../../support/a-registry.ts";
import { lacks } from "../../../../../support/needs.ts";
import { until } from "../../../../../support/until.ts";
import { classesOf, type PruneGround, pruneGround } from "./a-prune-ground.ts";

describe.skipIf(lacks.docker)("pruning images that were fetched", () => {
  let ground: PruneGround;
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry();
    ground = await pruneGround();
  }, 120_000);
  afterAll(async () => {
    await ground.end();
    await registry.close();
  }, 120_000);

  it("spares one that has just come, however long ago it was built", async () => {
    const { docker, runner } = ground;
    const { ID: engineId } = (await docker.info()) as { ID: string };
    await until(
      "the engine is watched",
      async () => (await readLastUses(runner.data, engineId)).observedSince !== null,
      60_000,
    );
    const image = registry.add({ layers: 1 });
    const pulling = await docker.pull(image);
    pulling.resume();
    await once(pulling, "end");
    const { Id, Created } = await docker.getImage(image).inspect();
    expect(Date.now() - Date.parse(Created), "built long ago").toBeGreaterThan(31 * 86_400_000);
    await until(
      "its coming is known",
      async () => (await readLastUses(runner.data, engineId)).images.has(Id),
      60_000,
    );
    const prune = { which: "unused", grace: "0s", only: { ids: [Id] }, dryRun: true };
    const young = await ground.prune("docker.images.prune", { ...prune, olderThan: { created: "30d" } });
    expect(classesOf(young, ground.mark)).toEqual({ [image]: "too-young" });
    const any = await ground.prune("docker.images.prune", prune);
    expect(classesOf(any, ground.mark)).toEqual({ [image]: "act" });
  }, 180_000);
});
