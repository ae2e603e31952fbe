import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lacks } from "../../../../../support/needs.ts";
import { classesOf, outcomesOf, planOf, type PruneGround, pruneGround } from "./a-prune-ground.ts";

const TYPE = "docker.images.prune";

describe.skipIf(lacks.docker)("pruning images", () => {
  let ground: PruneGround;
  beforeAll(async () => {
    ground = await pruneGround();
  }, 120_000);
  afterAll(() => ground.end(), 120_000);
  beforeEach(() => {
    ground.engine.asked.length = 0;
  });

  it("removes neither tag of an image when a running container has one of them", async () => {
    const tags = [`${ground.name("two")}:a`, `${ground.name("two")}:b`];
    const id = await ground.image(tags);
    await ground.container("user", { state: "running", image: tags[0] ?? "" });
    const task = await ground.prune(TYPE, { which: "unused", only: { ids: [id] } });
    expect(classesOf(task, ground.mark)).toEqual({ "two:a": "in-use" });
    expect(planOf(task).items[0]?.usedBy).toEqual([ground.name("user")]);
    expect(await ground.tagsOf(id)).toEqual(tags);
    expect(ground.removals()).toEqual([]);
  }, 60_000);

  it("looks again right before: a container made after the plan keeps every tag", async () => {
    const tags = [`${ground.name("late")}:a`, `${ground.name("late")}:b`];
    const id = await ground.image(tags);
    const runs = ground.runs(TYPE);
    const planned = await runs.plan({ which: "unused", grace: "0s", only: { ids: [id] } });
    await ground.container("latecomer", { state: "created", image: id });
    await ground.peer.assign(planned);
    const task = await runs.settled(planned);
    expect(task.items[0]).toMatchObject({ outcome: "skipped", code: "in-use" });
    expect(task.items[0]?.message).toBe(`Used by ${ground.name("latecomer")}.`);
    expect(await ground.tagsOf(id)).toEqual(tags);
    expect(ground.removals()).toEqual([]);
  }, 60_000);

  it("removes one in several repositories name by name, without force, and says what came of it", async () => {
    const tags = [`${ground.name("first")}:1`, `${ground.name("second")}:1`];
    const id = await ground.image(tags);
    const task = await ground.prune(TYPE, { which: "unused", only: { ids: [id] } });
    expect(task.items[0]).toMatchObject({ outcome: "done" });
    expect(task.items[0]?.answer).toMatch(/^200 untagged 2, deleted \d+$/);
    expect(task.items[0]?.freed).toBe(planOf(task).items[0]?.bytes);
    expect(await ground.tagsOf(id)).toBeNull();
    expect(ground.removals()).toEqual(tags.map((tag) => `DELETE /images/${tag}?noprune=false`));
  }, 60_000);

  it("leaves an image alone that got another tag after the plan", async () => {
    const id = await ground.image([`${ground.name("tagged")}:1`]);
    const runs = ground.runs(TYPE);
    const planned = await runs.plan({ which: "unused", grace: "0s", only: { ids: [id] } });
    await ground.docker.getImage(id).tag({ repo: ground.name("tagged"), tag: "2" });
    await ground.peer.assign(planned);
    expect((await runs.settled(planned)).items[0]).toMatchObject({
      code: "changed-since-plan",
      message: "It has changed since the plan: tags.",
    });
    expect(await ground.tagsOf(id)).toHaveLength(2);
  }, 60_000);

  it("keeps the newest of a repository and tags by pattern, and removes the others with what was in between", async () => {
    const web = (tag: string): string => `${ground.name("web")}:${tag}`;
    const ids: string[] = [];
    for (const tag of ["1", "2", "stable-1", "3"]) {
      ids.push(await ground.image([web(tag)]));
      // Images are told apart by the second they were made in.
      await sleep(1_100);
    }
    const task = await ground.prune(TYPE, {
      which: "unused",
      keepLast: 1,
      keep: ["stable-*"],
      only: { ids },
    });
    expect(classesOf(task, ground.mark)).toEqual({
      "web:1": "act",
      "web:2": "act",
      "web:stable-1": "keep",
      "web:3": "keep-last",
    });
    expect(await Promise.all(ids.map(ground.tagsOf))).toEqual([null, null, [web("stable-1")], [web("3")]]);
  }, 90_000);

  it("removes those without a tag by default, children before what they were built on", async () => {
    const base = await ground.image([]);
    const child = await ground.image([], { from: base });
    const kept = await ground.image([`${ground.name("kept")}:1`]);
    const task = await ground.prune(TYPE, { only: { ids: [base, child, kept] } });
    expect(planOf(task).items.map(({ id, rule }) => [id, rule])).toEqual([
      [child, "dangling"],
      [kept, "tagged"],
    ]);
    expect(task.items.find(({ index }) => index === 0)).toMatchObject({ outcome: "done" });
    expect(await Promise.all([ground.tagsOf(base), ground.tagsOf(child)])).toEqual([null, null]);
  }, 60_000);

  it("does not take a guarded parent along", async () => {
    const base = await ground.image([], { labels: { precious: "yes" } });
    const child = await ground.image([], { from: base, labels: { precious: "no" } });
    const task = await ground.prune(TYPE, {
      protect: { labels: ["precious=yes"] },
      only: { ids: [base, child] },
    });
    expect(task.items.find(({ index }) => index === 0)).toMatchObject({ outcome: "done" });
    expect(await ground.tagsOf(child)).toBeNull();
    expect(await ground.tagsOf(base)).not.toBeNull();
    expect(ground.removals()).toEqual([`DELETE /images/${child}?noprune=true`]);
  }, 60_000);

  it("keeps the base of an image that stays", async () => {
    const base = await ground.image([`${ground.name("base")}:1`]);
    const child = await ground.image([`${ground.name("child")}:1`], { from: `${ground.name("base")}:1` });
    const task = await ground.prune(TYPE, {
      which: "unused",
      keep: [`${ground.name("child")}:*`],
      only: { ids: [base, child] },
    });
    expect(classesOf(task, ground.mark)).toEqual({ "base:1": "base-image", "child:1": "keep" });
  }, 60_000);

  it("removes what was made longest ago until the rest is small enough", async () => {
    const ids: string[] = [];
    for (const tag of ["1", "2", "3"]) {
      ids.push(await ground.image([`${ground.name("size")}:${tag}`]));
      await sleep(1_100);
    }
    const report = await ground.prune(TYPE, { which: "unused", dryRun: true, only: { ids } });
    const bytes = planOf(report).items.map((item) => item.bytes ?? 0);
    const keepUnder = bytes[1]! + bytes[2]!;
    const task = await ground.prune(TYPE, { which: "unused", keepUnder, only: { ids } });
    expect(outcomesOf(task, ground.mark)).toMatchObject({
      "size:1": "done",
      "size:2": "skipped:under-budget",
      "size:3": "skipped:under-budget",
    });
  }, 90_000);
});
