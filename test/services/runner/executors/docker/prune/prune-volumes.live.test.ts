import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { indexSet } from "#schema/items.ts";
import { lacks } from "../../../../../support/needs.ts";
import { classesOf, outcomesOf, planOf, type PruneGround, pruneGround } from "./a-prune-ground.ts";

const VOLUMES = "docker.volumes.prune";
const NETWORKS = "docker.networks.prune";

describe.skipIf(lacks.docker)("pruning volumes and networks", () => {
  let ground: PruneGround;
  beforeAll(async () => {
    ground = await pruneGround();
  }, 120_000);
  afterAll(() => ground.end(), 120_000);
  beforeEach(() => {
    ground.engine.asked.length = 0;
  });

  const volumesLeft = async (): Promise<string[]> =>
    (await ground.docker.listVolumes({ filters: { label: ground.only.labels } })).Volumes.map(
      ({ Name }) => Name,
    );
  const mount = (name: string) => ({ host: { Binds: [`${name}:/data`] } });
  /** Ids of anonymous volumes by the names the test has for them. */
  const named = (names: Record<string, string>, of: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [names[name] ?? name, value]));

  it("removes anonymous ones that nothing uses, and no other", async () => {
    const [free, used] = [await ground.volume(), await ground.volume()];
    await ground.volume("named-free");
    await ground.volume("named-used");
    await ground.container("user-1", { state: "created", ...mount(used) });
    await ground.container("user-2", mount(ground.name("named-used")));
    const task = await ground.prune(VOLUMES, {});
    expect(named({ [free]: "free", [used]: "used" }, classesOf(task, ground.mark))).toEqual({
      free: "act",
      used: "in-use",
      "named-free": "named",
      "named-used": "in-use",
    });
    expect(await volumesLeft()).toHaveLength(3);
    expect(await volumesLeft()).not.toContain(free);
    expect(ground.engine.changes()).toEqual([`DELETE /volumes/${free}?`]);
  }, 60_000);

  it("leaves a named one alone without a yes that names it, even when all are asked for", async () => {
    await ground.volume("asked");
    const name = ground.name("asked");
    const asked = await ground.prune(VOLUMES, { which: "all", only: { ids: [name] } });
    expect(planOf(asked).items[0]?.ask).toMatch(/a yes that names it/);
    expect(outcomesOf(asked, ground.mark)).toEqual({ asked: "skipped:not-named" });
    expect(await volumesLeft()).toContain(name);
    const exact = await ground.prune(VOLUMES, { names: [name], only: { ids: [name] } });
    expect(outcomesOf(exact, ground.mark)).toEqual({ asked: "done" });
    expect(await volumesLeft()).not.toContain(name);
  }, 60_000);

  it("removes the named ones that a yes names, and neither those it does not nor what it leaves out", async () => {
    const names = ["yes-1", "yes-2", "yes-3"];
    for (const name of names) await ground.volume(name);
    const bare = await ground.volume();
    const ids = [bare, ...names.map((name) => ground.name(name))];
    const payload = { which: "all", grace: "0s", only: { ids } };
    const id = await ground.peer.submit(VOLUMES, payload, {
      pause: "checkpoint",
      repeatable: true,
      approval: true,
    });
    await ground.peer.assign(id);
    await ground.peer.until("a plan", () => ground.peer.task(id).state === "awaiting-approval", 60_000);
    const { items } = planOf(ground.peer.task(id));
    const places = (...of: string[]): string =>
      indexSet(
        of.map((one) => items.findIndex(({ id: known }) => known === one)),
        items.length,
      );
    const approval = { except: places(bare), named: places(ground.name("yes-1"), ground.name("yes-3")) };
    await ground.peer.fact(id, { type: "approved", plan: 1, approval });
    await ground.peer.assign(id);
    const task = await ground.runs(VOLUMES).settled(id);
    expect(named({ [bare]: "bare" }, outcomesOf(task, ground.mark))).toEqual({
      bare: "skipped:unticked",
      "yes-1": "done",
      "yes-2": "skipped:not-named",
      "yes-3": "done",
    });
    expect(ground.engine.changes().toSorted()).toEqual(
      ["yes-1", "yes-3"].map((name) => `DELETE /volumes/${ground.name(name)}?`),
    );
  }, 60_000);

  it("takes one made again under the same name after the plan for another", async () => {
    const name = await ground.volume("again", { version: "1" });
    const runs = ground.runs(VOLUMES);
    const id = await runs.plan({ names: [name], grace: "0s", only: { ids: [name] } });
    await ground.docker.getVolume(name).remove();
    await ground.volume("again", { version: "2" });
    await ground.peer.assign(id);
    expect((await runs.settled(id)).items[0]).toMatchObject({
      outcome: "skipped",
      code: "changed-since-plan",
    });
    expect(await volumesLeft()).toContain(name);
  }, 60_000);

  it("looks again right before: one taken into use after the plan stays", async () => {
    const name = await ground.volume("taken");
    const runs = ground.runs(VOLUMES);
    const id = await runs.plan({ names: [name], grace: "0s", only: { ids: [name] } });
    await ground.container("taker", { state: "created", ...mount(name) });
    await ground.peer.assign(id);
    expect((await runs.settled(id)).items[0]).toMatchObject({
      code: "in-use",
      message: `Used by ${ground.name("taker")}.`,
    });
    expect(ground.engine.changes()).toEqual([]);
  }, 60_000);

  it("removes networks that no container has, not even a stopped or a never started one", async () => {
    await ground.network("free");
    for (const [network, state] of [
      ["of-stopped", "exited"],
      ["of-created", "created"],
    ] as const) {
      await ground.network(network);
      await ground.container(`on-${network}`, { state, host: { NetworkMode: ground.name(network) } });
    }
    await ground.network("shop", { "com.docker.compose.project": ground.mark });
    await ground.container("shop-web", { labels: { "com.docker.compose.project": ground.mark } });
    const task = await ground.prune(NETWORKS, {});
    expect(classesOf(task, ground.mark)).toEqual({
      free: "act",
      "of-stopped": "in-use",
      "of-created": "in-use",
      shop: "compose",
    });
    expect(outcomesOf(task, ground.mark)).toMatchObject({ free: "done" });
    const left = await ground.docker.listNetworks({ filters: { label: ground.only.labels } });
    expect(left.map(({ Name }) => Name)).not.toContain(ground.name("free"));
    expect(left).toHaveLength(3);
  }, 60_000);

  it("leaves a network alone that a stopped container got after the plan", async () => {
    const id = await ground.network("late");
    const runs = ground.runs(NETWORKS);
    const planned = await runs.plan({ grace: "0s", only: { ids: [id] } });
    await ground.container("on-late", { host: { NetworkMode: ground.name("late") } });
    await ground.peer.assign(planned);
    expect((await runs.settled(planned)).items[0]).toMatchObject({
      code: "in-use",
      message: `Used by ${ground.name("on-late")}.`,
    });
  }, 60_000);
});
