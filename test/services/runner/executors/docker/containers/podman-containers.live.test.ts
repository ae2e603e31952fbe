import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IMAGE } from "../../../../../support/containers.ts";
import { lacks } from "../../../../../support/needs.ts";
import { type BulkGround, bulkGround } from "../bulk/a-bulk-ground.ts";
import { type Podman, startPodman } from "../engine/a-podman.ts";
import { planOf } from "../prune/a-prune-ground.ts";
import type { PeerTask } from "../../../peer-tasks.ts";

const COUNT = 30;

describe.skipIf(lacks.podman)("bulk work on Podman's containers", () => {
  let podman: Podman;
  let ground: BulkGround;
  let few: string[];
  beforeAll(async () => {
    podman = await startPodman();
    ground = await bulkGround(COUNT, { own: podman });
    few = ground.containers.names.slice(0, 3);
  }, 120_000);
  afterAll(async () => {
    await ground.end();
    await podman.stop();
  }, 60_000);

  const make = async (name: string, options: Docker.ContainerCreateOptions = {}): Promise<string> => {
    const container = await podman.engine.createContainer({
      name,
      Image: IMAGE,
      Cmd: ["/bin/sh", "-c", 'trap "exit 0" TERM; while :; do sleep 1 & wait; done'],
      HostConfig: { NetworkMode: "none" },
      ...options,
      Labels: { "longshore.test": ground.containers.label, ...options.Labels },
    });
    await container.start();
    return container.id;
  };
  const look = (id: string): Promise<Docker.ContainerInspectInfo> => podman.engine.getContainer(id).inspect();
  const statesOf = async (names: readonly string[]): Promise<(string | undefined)[]> => {
    const states = await ground.containers.states();
    return names.map((name) => states.get(name));
  };
  const outcomes = ({ items }: PeerTask): string[] =>
    items
      .toSorted((a, b) => a.index - b.index)
      .map(({ outcome, code }) => (code === undefined ? outcome : `${outcome}:${code}`));
  const run = (action: string, ids = few): Promise<PeerTask> => ground.runs.run({ action, ids });
  const all = (value: string): string[] => few.map(() => value);

  it.each([
    ["pause", "paused"],
    ["unpause", "running"],
    ["stop", "exited"],
    ["start", "running"],
    ["kill", "exited"],
  ])(
    "does %s, and a second time finds nothing to do",
    async (action, after) => {
      expect(outcomes(await run(action))).toEqual(all("done"));
      expect(await statesOf(few)).toEqual(all(after));
      expect(outcomes(await run(action))).toEqual(all("unchanged"));
    },
    60_000,
  );

  it("restarts what runs, and leaves stopped ones alone", async () => {
    await run("start", few.slice(1));
    const before = (await look(few[1] ?? "")).State.StartedAt;
    expect(outcomes(await run("restart"))).toEqual(["skipped:not-running", "done", "done"]);
    expect(await statesOf(few)).toEqual(["exited", "running", "running"]);
    expect((await look(few[1] ?? "")).State.StartedAt).not.toBe(before);
  }, 60_000);

  it("stops and restarts what is paused, as Docker does and Podman by itself does not", async () => {
    await run("start");
    await run("pause");
    expect(outcomes(await run("restart"))).toEqual(all("done"));
    expect(await statesOf(few)).toEqual(all("running"));
    await run("pause");
    expect(outcomes(await run("stop"))).toEqual(all("done"));
    expect(await statesOf(few)).toEqual(all("exited"));
  }, 60_000);

  it("gives a container time to end, though Podman keeps none for what was made without a word of it", async () => {
    const slow = await make("longshore-test-slow", {
      Cmd: ["/bin/sh", "-c", 'trap "sleep 2; exit 7" TERM; while :; do sleep 1 & wait; done'],
    });
    const task = await run("stop", [slow]);
    expect(outcomes(task)).toEqual(["done"]);
    expect(planOf(task).items[0]?.note).toBeUndefined();
    expect((await look(slow)).State.ExitCode).toBe(7);
  }, 60_000);

  it("says beforehand that stopping deletes what was made with --rm", async () => {
    const id = await make("longshore-test-brief", {
      HostConfig: { NetworkMode: "none", AutoRemove: true },
    });
    const task = await run("stop", [id]);
    expect(planOf(task).items[0]?.note).toMatch(/deletes it/);
    expect(outcomes(task)).toEqual(["done:removed"]);
    await expect(look(id)).rejects.toMatchObject({ statusCode: 404 });
  }, 60_000);

  it("stops the services of a project in the order of their labels, and starts them the other way round", async () => {
    const service = (name: string, needs: string) => ({
      Labels: {
        "com.docker.compose.project": "longshore-test",
        "com.docker.compose.service": name,
        "com.docker.compose.depends_on": needs,
      },
    });
    const database = await make("longshore-test-a-db", service("db", ""));
    const web = await make("longshore-test-b-web", service("web", "db:service_started:false"));
    const ended = async (id: string): Promise<number> => Date.parse((await look(id)).State.FinishedAt);
    const started = async (id: string): Promise<number> => Date.parse((await look(id)).State.StartedAt);
    expect(outcomes(await run("stop", [database, web]))).toEqual(["done", "done"]);
    expect(await ended(web)).toBeLessThan(await ended(database));
    expect(outcomes(await run("start", [database, web]))).toEqual(["done", "done"]);
    expect(await started(database)).toBeLessThan(await started(web));
  }, 60_000);

  it("removes what has ended and not what runs, and finds what is gone already", async () => {
    const [one, two, up] = [await make("longshore-test-1"), await make("longshore-test-2"), few[0] ?? ""];
    await run("stop", [one, two]);
    await run("start", [up]);
    const id = await ground.runs.plan({ action: "remove", ids: [one, two, up] });
    await podman.engine.getContainer(two).remove();
    await ground.peer.assign(id);
    expect(outcomes(await ground.runs.settled(id)).toSorted()).toEqual([
      "done",
      "skipped:running",
      "unchanged:gone",
    ]);
  }, 60_000);

  it("goes on after kills of the runner, and each container ended exactly once", async () => {
    await run("start", [...ground.containers.names]);
    await ground.containers.forgetDeaths();
    const id = await ground.begin("stop");
    for (const done of [6, 18]) {
      await ground.runs.doneAtLeast(id, done);
      await ground.succeed(id);
    }
    const task = await ground.runs.settled(id, 90_000);
    expect(task.context.counts).toEqual({ planned: COUNT, done: COUNT, unchanged: 0, skipped: 0, failed: 0 });
    expect(await statesOf(ground.containers.names)).toEqual(ground.containers.names.map(() => "exited"));
    expect(await ground.deaths()).toEqual(ground.containers.names.map(() => 1));
  }, 120_000);
});
