import Docker from "dockerode";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { openEngine } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import { startContainers, type TestContainers } from "../../../../../support/containers.ts";
import { lacks } from "../../../../../support/needs.ts";
import { provisioned } from "../../../../../support/provisioned.ts";
import { startNats, type TestNats } from "../../../../../support/stack.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { until } from "../../../../../support/until.ts";
import { bulkRuns } from "./bulk-run.ts";
import { openPeer, type Peer } from "../../../peer.ts";
import { type RunnerProcess, startRunnerProcess } from "../../../program.ts";
import { type RecordingEngine, startRecordingEngine } from "../engine/recording-engine.ts";

/** Says nothing to TERM: the engine must kill it when its time is over. */
const DEAF = 'trap "" TERM; while :; do sleep 1; done';

/** What the runner's watch asks by itself: whether the engine is there, and what its events are about. */
const WATCHING =
  /^GET \/(?:_ping|events\?since=\d+&until=[\d.]+|containers\/[0-9a-f]{64}\/json|images\/(?:[\w-]+[.:/@]?)+\/json)\??$/;

describe.skipIf(lacks.docker)("what the engine is asked", () => {
  const docker = new Docker();
  let nats: TestNats;
  let peer: Peer;
  let runner: RunnerProcess;
  let containers: TestContainers;
  let engine: RecordingEngine;
  let runs: ReturnType<typeof bulkRuns>;

  beforeAll(async () => {
    [nats, containers] = await Promise.all([startNats().then(provisioned), startContainers(3)]);
    engine = await startRecordingEngine(join(temporaryFolder("engine"), "docker.sock"));
    vi.stubEnv("DOCKER_HOST", `unix://${engine.path}`);
    peer = await openPeer(nats);
    runner = await startRunnerProcess(nats, { DOCKER_HOST: `unix://${engine.path}` });
    await peer.until("hello", () => peer.hellos.length > 0);
    // The runner's own watch lists everything first.
    const listed = ["/events", "/volumes", "/images/json", "/containers/json"];
    await peer.until("the watch", () =>
      listed.every((path) => engine.asked.some((line) => line.startsWith(`GET ${path}`))),
    );
    runs = bulkRuns(peer);
  }, 120_000);
  afterEach(() => {
    engine.breakOff = null;
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await runner.stop();
    await containers.remove();
    await peer.close();
    await engine.close();
    await nats.stop();
  }, 60_000);

  const make = async (name: string, extra: Docker.ContainerCreateOptions): Promise<string> => {
    const container = await docker.createContainer({
      name: `${containers.names[0]}-${name}`,
      Image: "longshore-test:busybox",
      Labels: { "longshore.test": containers.label },
      HostConfig: { NetworkMode: "none" },
      ...extra,
    });
    await container.start();
    return container.id;
  };

  it("is nothing at all for ids that are no ids, and no change for unknown ones", async () => {
    engine.asked.length = 0;
    for (const bad of ["../../images/prune", "abc/stop?t=0", "..", "a b", "-x", "%2e%2e", ""]) {
      const task = await runs.run({ action: "stop", ids: [bad] });
      expect(task.reports.at(-1)?.body).toMatchObject({ error: { code: "invalid-payload" } });
    }
    expect(engine.asked.filter((line) => !WATCHING.test(line))).toEqual([]);
    const unknown = await runs.run({ action: "remove", ids: ["no-such-container"] });
    expect(unknown.reports.at(-1)?.body).toMatchObject({ error: { code: "unknown-container" } });
    expect(engine.changes()).toEqual([]);
  });

  it("is one request per change, by full id, with no time of ours and no force", async () => {
    const ids = (await docker.listContainers({ filters: { label: [`longshore.test=${containers.label}`] } }))
      .map(({ Id }) => Id)
      .toSorted();
    const requests = async (action: string): Promise<string[]> => {
      engine.asked.length = 0;
      expect((await runs.run({ action, ids })).context.counts).toMatchObject({ done: ids.length });
      return engine.changes().toSorted();
    };
    for (const action of ["pause", "unpause", "restart", "stop", "start", "kill"])
      expect(await requests(action)).toEqual(ids.map((id) => `POST /containers/${id}/${action}`));
    expect(await requests("remove")).toEqual(ids.map((id) => `DELETE /containers/${id}`));
  }, 60_000);

  it("lets a container have its own time to stop", async () => {
    const id = await make("slow", { Cmd: ["/bin/sh", "-c", DEAF], StopTimeout: 3 });
    const task = await runs.run({ action: "stop", ids: [id] });
    expect(task.items).toMatchObject([{ outcome: "done" }]);
    expect(task.items[0]?.ms).toBeGreaterThan(2_900);
    expect(task.items[0]?.ms).toBeLessThan(9_000);
  }, 30_000);

  it("may break off an answer in its middle, and the calls end nevertheless", async () => {
    const id = await make("cut", { Cmd: ["/bin/sh", "-c", DEAF] });
    const impatient = openEngine(undefined, 500);
    engine.breakOff = new RegExp(id);
    await expect(impatient.inspect(id)).rejects.toMatchObject({ name: "TimeoutError" });
    await expect(impatient.act("pause", id, { limitMs: 500 })).rejects.toMatchObject({
      name: "TimeoutError",
    });
    engine.breakOff = null;
    await until("the engine does it", async () => (await docker.getContainer(id).inspect()).State.Paused);
  });

  it("may break off its answer to a stop: the container itself is asked, and no item fails", async () => {
    const id = await make("mute", { Cmd: ["/bin/sh", "-c", DEAF], StopTimeout: 1 });
    engine.breakOff = /\/stop$/;
    const task = await runs.run({ action: "stop", ids: [id] });
    expect(task.state).toBe("completed");
    expect(task.items).toMatchObject([{ outcome: "done" }]);
    expect(engine.changes().filter((line) => line === `POST /containers/${id}/stop`)).toHaveLength(1);
  }, 40_000);

  // Where Longshore runs in a container, the engine gives it the beginning of its id as its host name.
  const uts = spawnSync("unshare", ["--uts", "true"]).status === 0;
  it.runIf(uts)(
    "leaves the container alone that this runner runs in",
    async () => {
      const id = await make("own", { Cmd: ["/bin/sh", "-c", DEAF] });
      const boot = peer.hellos.at(-1)?.boot;
      await runner.stop();
      runner = await startRunnerProcess(nats, { DOCKER_HOST: `unix://${engine.path}` }, runner.data, [
        "unshare",
        "--uts",
        "/bin/sh",
        "-c",
        `hostname ${id.slice(0, 12)} && exec "$@"`,
        "sh",
      ]);
      await peer.until("its hello", () => peer.hellos.at(-1)?.boot !== boot);
      const task = await runs.run({ action: "kill", ids: [id] });
      expect(task.items).toMatchObject([
        { outcome: "skipped", code: "protected", message: "Longshore itself runs in it." },
      ]);
      expect((await docker.getContainer(id).inspect()).State.Running).toBe(true);
    },
    30_000,
  );
});
