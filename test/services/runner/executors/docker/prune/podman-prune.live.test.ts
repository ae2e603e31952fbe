import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lacks } from "../../../../../support/needs.ts";
import { type Podman, startPodman } from "../engine/a-podman.ts";
import { classesOf, outcomesOf, planOf, type PruneGround, pruneGround } from "./a-prune-ground.ts";
import type { PeerTask } from "../../../peer-tasks.ts";

const IMAGES = "docker.images.prune";
const VOLUMES = "docker.volumes.prune";
const NETWORKS = "docker.networks.prune";

describe.skipIf(lacks.podman)("pruning what Podman keeps", () => {
  let podman: Podman;
  let ground: PruneGround;
  beforeAll(async () => {
    podman = await startPodman();
    ground = await pruneGround(podman);
  }, 120_000);
  afterAll(async () => {
    await ground.end();
    await podman.stop();
  }, 60_000);
  beforeEach(() => {
    ground.engine.asked.length = 0;
  });

  /** Podman says in full where an image is from. */
  const here = (name: string): string => `docker.io/library/${ground.name(name)}`;
  const planned = (type: string, payload: object): Promise<string> =>
    ground.runs(type).plan({ grace: "0s", ...payload });
  const settled = async (type: string, id: string): Promise<PeerTask> => {
    await ground.peer.assign(id);
    return ground.runs(type).settled(id);
  };

  it("removes containers that ended or were never started, and none that is up", async () => {
    await ground.container("ended", { volumes: { "/data": {} } });
    await ground.container("new", { state: "created" });
    await ground.container("up", { state: "running" });
    await ground.container("held", { state: "paused" });
    await ground.container("guarded", { labels: { "longshore.protect": "yes" } });
    const task = await ground.prune("docker.containers.prune", { neverStarted: true, withVolumes: true });
    expect(outcomesOf(task, ground.mark)).toEqual({
      ended: "done",
      new: "done",
      up: "skipped:in-use",
      held: "skipped:in-use",
      guarded: "skipped:protected",
    });
    expect(planOf(task).items.find(({ name }) => name === ground.name("ended"))?.bytes).toBeTypeOf("number");
    expect((await podman.engine.listVolumes()).Volumes).toEqual([]);
  }, 60_000);

  it("removes neither tag of an image when a container has one of them, also one made after the plan", async () => {
    const tags = [`${ground.name("two")}:a`, `${ground.name("two")}:b`];
    const id = await ground.image(tags);
    const early = await planned(IMAGES, { which: "unused", only: { ids: [id] } });
    await ground.container("user", { state: "running", image: tags[0] ?? "" });
    const late = await ground.prune(IMAGES, { which: "unused", only: { ids: [id] } });
    expect(planOf(late).items).toMatchObject([{ rule: "in-use", usedBy: [ground.name("user")] }]);
    expect((await settled(IMAGES, early)).items).toMatchObject([{ outcome: "skipped", code: "in-use" }]);
    expect(await ground.tagsOf(id)).toEqual([`${here("two")}:a`, `${here("two")}:b`]);
    expect(ground.removals()).toEqual([]);
  }, 60_000);

  it("removes an image name by name with what it was built through, and knows what that frees", async () => {
    const id = await ground.image([`${ground.name("first")}:1`, `${ground.name("second")}:1`]);
    const task = await ground.prune(IMAGES, { which: "unused", only: { ids: [id] } });
    expect(task.items).toMatchObject([{ outcome: "done" }]);
    expect(task.items[0]?.answer).toMatch(/^200 untagged 2, deleted \d+$/);
    expect(task.items[0]?.freed).toBeGreaterThan(0);
    expect(task.items[0]?.freed).toBe(planOf(task).items[0]?.bytes);
    expect(ground.removals()).toEqual(
      ["first", "second"].map((name) => `DELETE /images/${here(name)}:1?noprune=false`),
    );
  }, 60_000);

  it("removes those without a tag by default, and keeps the newest and what others were built on", async () => {
    const dangling = await ground.image([]);
    const ids: string[] = [dangling];
    for (const tag of ["1", "2"]) {
      ids.push(await ground.image([`${ground.name("web")}:${tag}`]));
      // Images are told apart by the second they were made in.
      await sleep(1_100);
    }
    ids.push(await ground.image([`${ground.name("shop")}:1`], { from: `${ground.name("web")}:1` }));
    const first = await ground.prune(IMAGES, { only: { ids } });
    expect(first.items.filter(({ outcome }) => outcome === "done")).toHaveLength(1);
    expect(await ground.tagsOf(dangling)).toBeNull();
    const keeping = { which: "unused", keepLast: 1, only: { ids } };
    const rules = classesOf(await ground.prune(IMAGES, { ...keeping, dryRun: true }), ground.mark);
    expect(Object.values(rules).toSorted()).toEqual(["base-image", "keep-last", "keep-last"]);
    const all = await ground.prune(IMAGES, { which: "unused", only: { ids } });
    expect(all.items.map(({ outcome }) => outcome)).toEqual(["done", "done", "done"]);
    expect(await Promise.all(ids.map(ground.tagsOf))).toEqual([null, null, null, null]);
  }, 90_000);

  it("leaves an image alone with which Podman would take a guarded one", async () => {
    const base = await ground.image([], { labels: { precious: "yes" } });
    const child = await ground.image([], { from: base, labels: { precious: "no" } });
    const task = await ground.prune(IMAGES, {
      protect: { labels: ["precious=yes"] },
      only: { ids: [base, child] },
    });
    expect(task.items.find(({ index }) => planOf(task).items[index]?.id === child)).toMatchObject({
      outcome: "skipped",
      code: "protected",
    });
    expect([await ground.tagsOf(base), await ground.tagsOf(child)]).toEqual([[], []]);
  }, 60_000);

  it("removes anonymous volumes that nothing uses, and a named one only when it is named", async () => {
    const [free, used] = [await ground.volume(), await ground.volume()];
    const [kept] = [await ground.volume("kept"), await ground.volume("meant")];
    await ground.container("with-1", { state: "created", host: { Binds: [`${used}:/data`] } });
    await ground.container("with-2", { host: { Binds: [`${kept}:/data`] } });
    const task = await ground.prune(VOLUMES, {});
    expect(classesOf(task, ground.mark)).toEqual({
      [free]: "act",
      [used]: "in-use",
      kept: "in-use",
      meant: "named",
    });
    expect(ground.removals()).toEqual([`DELETE /volumes/${free}?`]);
    const asked = await ground.prune(VOLUMES, { which: "all", only: { ids: [ground.name("meant")] } });
    expect(outcomesOf(asked, ground.mark)).toEqual({ meant: "skipped:not-named" });
    const named = { names: [ground.name("meant")], only: { ids: [ground.name("meant")] } };
    expect(outcomesOf(await ground.prune(VOLUMES, named), ground.mark)).toEqual({ meant: "done" });
  }, 60_000);

  it("removes networks that no container has, and not Podman's own", async () => {
    await ground.network("free");
    const [stopped, created] = [await ground.network("of-stopped"), await ground.network("of-created")];
    const late = await ground.network("late");
    await ground.container("on-stopped", { host: { NetworkMode: ground.name("of-stopped") } });
    await ground.container("on-created", {
      state: "created",
      host: { NetworkMode: ground.name("of-created") },
    });
    const early = await planned(NETWORKS, { only: { ids: [late] } });
    await ground.container("on-late", { state: "created", host: { NetworkMode: ground.name("late") } });
    expect((await settled(NETWORKS, early)).items).toMatchObject([
      { code: "in-use", message: `Used by ${ground.name("on-late")}.` },
    ]);
    const own = (await podman.engine.listNetworks()).filter(
      ({ Labels }) => Object.keys(Labels ?? {}).length === 0,
    );
    const ids = [...own.map(({ Id }) => Id), stopped, created];
    const task = await ground.prune(NETWORKS, {});
    expect(outcomesOf(task, ground.mark)).toEqual({
      free: "done",
      "of-stopped": "skipped:in-use",
      "of-created": "skipped:in-use",
      late: "skipped:in-use",
    });
    expect(ground.removals()).toHaveLength(1);
    const rest = await ground.prune(NETWORKS, { only: { ids } });
    expect(own.length).toBeGreaterThan(0);
    expect(planOf(rest).items.filter(({ rule }) => rule === "predefined")).toHaveLength(own.length);
    expect(ground.removals()).toHaveLength(1);
  }, 60_000);

  it("goes in stages through a whole host, and what only leaving containers had goes after them", async () => {
    const id = await ground.image([`${ground.name("app")}:1`]);
    const network = await ground.network("front");
    const volume = await ground.volume();
    const container = await ground.container("old", {
      image: `${ground.name("app")}:1`,
      host: { NetworkMode: ground.name("front"), Binds: [`${volume}:/data`] },
    });
    ground.engine.asked.length = 0;
    const task = await ground.prune("docker.system.prune", {
      only: { ids: [id, network, volume, container] },
      images: { which: "unused" },
      volumes: {},
    });
    expect(task.items.map(({ outcome }) => outcome)).toEqual(["done", "done", "done", "done"]);
    expect(ground.removals().map((line) => line.split("/")[1])).toEqual([
      "containers",
      "networks",
      "images",
      "volumes",
    ]);
    expect(ground.engine.asked.filter((line) => line.includes("/prune"))).toEqual([]);
  }, 60_000);
});
