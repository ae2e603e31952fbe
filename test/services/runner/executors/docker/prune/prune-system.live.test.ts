import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lacks } from "../../../../../support/needs.ts";
import { classesOf, planOf, type PruneGround, pruneGround } from "./a-prune-ground.ts";

const TYPE = "docker.system.prune";

describe.skipIf(lacks.docker)("cleaning up a whole host", () => {
  let ground: PruneGround;
  beforeAll(async () => {
    ground = await pruneGround();
  }, 120_000);
  afterAll(() => ground.end(), 120_000);

  it("goes in stages, and what only leaving containers had goes after them", async () => {
    const tag = `${ground.name("app")}:1`;
    await ground.image([tag]);
    await ground.network("front");
    const volume = await ground.volume();
    await ground.container("old", {
      image: tag,
      host: { NetworkMode: ground.name("front"), Binds: [`${volume}:/data`] },
    });
    const up = `${ground.name("up")}:1`;
    await ground.image([up]);
    await ground.network("back");
    const held = await ground.volume();
    await ground.container("up", {
      state: "running",
      image: up,
      host: { NetworkMode: ground.name("back"), Binds: [`${held}:/data`] },
    });
    ground.engine.asked.length = 0;
    const task = await ground.prune(TYPE, { images: { which: "unused" }, volumes: {} });
    expect(task.state).toBe("completed");
    expect(classesOf(task, ground.mark)).toMatchObject({
      old: "act",
      "app:1": "act",
      front: "act",
      [volume]: "act",
      up: "in-use",
      "up:1": "in-use",
      back: "in-use",
      [held]: "in-use",
    });
    expect(planOf(task).items.find(({ kind }) => kind === "image")?.why).toBe(
      `No container uses it once ${ground.name("old")} is removed.`,
    );
    expect(ground.engine.changes().map((line) => line.split("/").slice(0, 2).join("/"))).toEqual([
      "DELETE /containers",
      "DELETE /networks",
      "DELETE /images",
      "DELETE /volumes",
    ]);
    expect(ground.engine.asked.filter((line) => line.includes("/prune"))).toEqual([]);
    expect(task.reports.at(-1)?.body).toMatchObject({ type: "completed", result: { done: 4, failed: 0 } });
  }, 90_000);

  it("keeps what a container has after all that was to go, and did not", async () => {
    const tag = `${ground.name("kept")}:1`;
    await ground.image([tag]);
    const id = await ground.container("back-again", { image: tag });
    const runs = ground.runs(TYPE);
    const planned = await runs.plan({ only: ground.only, grace: "0s", images: { which: "unused" } });
    await ground.docker.getContainer(id).start();
    await ground.docker.getContainer(id).wait();
    await ground.peer.assign(planned);
    const task = await runs.settled(planned);
    const codes = Object.fromEntries(
      task.items.map(({ index, code }) => [
        planOf(task).items[index]?.name.replace(`lh2-${ground.mark}-`, ""),
        code,
      ]),
    );
    expect(codes).toMatchObject({ "back-again": "changed-since-plan", "kept:1": "in-use" });
  }, 90_000);

  it("removes nothing protected in any form of removing everything", async () => {
    const guard = { labels: { "longshore.protect": "yes" } };
    const image = await ground.image([`${ground.name("guarded")}:1`], guard);
    const container = await ground.container("guarded", guard);
    await ground.network("guarded", guard.labels);
    const volume = await ground.volume("guarded", guard.labels);
    const everything = { grace: "0s", only: ground.only };
    const tasks = [
      ["docker.containers.prune", { neverStarted: true, withVolumes: true, keepUnder: 0 }],
      ["docker.images.prune", { which: "unused", keepLast: 0, keepUnder: 0 }],
      ["docker.volumes.prune", { which: "all", names: [volume], keepUnder: 0 }],
      ["docker.networks.prune", {}],
      [
        TYPE,
        {
          images: { which: "unused" },
          volumes: { which: "all", names: [volume] },
          containers: { neverStarted: true },
        },
      ],
    ] as const;
    for (const [type, payload] of tasks) {
      const task = await ground.prune(type, { ...everything, ...payload });
      for (const { id, skip } of planOf(task).items)
        if ([image, container, volume].includes(id)) expect(skip).toBe("It is labelled longshore.protect.");
    }
    await ground.docker.getImage(image).inspect();
    await ground.docker.getContainer(container).inspect();
    await ground.docker.getNetwork(ground.name("guarded")).inspect();
    await ground.docker.getVolume(volume).inspect();
    expect(ground.engine.asked.filter((line) => line.includes("/prune"))).toEqual([]);
  }, 120_000);
});
