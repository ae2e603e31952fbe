import Docker from "dockerode";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { provision } from "#infra/nats/provision.ts";
import type { ContainerRow, EngineInfo } from "#schema/api.ts";
import { markAt } from "#schema/items.ts";
import { querySubject } from "#schema/subjects.ts";
import { startContainers, type TestContainers } from "../../support/containers.ts";
import { lacks } from "../../support/needs.ts";
import { startNats, type TestNats } from "../../support/stack.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { bulkRuns, settledItems } from "./bulk-run.ts";
import { type EngineProxy, startEngineProxy } from "./engine-proxy.ts";
import { openPeer, type Peer } from "./peer.ts";
import { type RunnerProcess, startRunnerProcess } from "./program.ts";

describe.skipIf(lacks.docker)("bulk work that is interrupted", () => {
  const docker = new Docker();
  let nats: TestNats;
  let peer: Peer;
  let runner: RunnerProcess;
  let containers: TestContainers;
  let proxy: EngineProxy;
  let runs: ReturnType<typeof bulkRuns>;
  const count = 24;

  const environment = () => ({ DOCKER_HOST: `unix://${proxy.path}` });
  beforeEach(async () => {
    [nats, containers] = await Promise.all([startNats(), startContainers(count)]);
    await provision({ url: nats.url, seedFile: nats.seedFile("provisioner"), dataFree: 1e9 });
    proxy = await startEngineProxy(join(temporaryFolder("engine"), "docker.sock"));
    peer = await openPeer(nats);
    runner = await startRunnerProcess(nats, environment());
    await peer.until("hello", () => peer.hellos.length > 0);
    runs = bulkRuns(peer);
  }, 120_000);
  afterEach(async () => {
    await runner.stop();
    await containers.remove();
    await peer.close();
    await nats.stop();
    await proxy.cut().catch(() => undefined);
  }, 60_000);

  const begin = async (action: string): Promise<string> => {
    const id = await runs.plan({ action, ids: [...containers.names], concurrency: 4 });
    await peer.assign(id);
    return id;
  };
  const successor = async (id: string): Promise<void> => {
    await runner.kill9();
    await peer.fact(id, { type: "attempt-lost", message: "the runner was killed" });
    const hellos = peer.hellos.length;
    runner = await startRunnerProcess(nats, environment(), runner.data);
    await peer.until("a hello", () => peer.hellos.length > hellos);
    await peer.assign(id);
  };
  const eachOnce = (): number[] => containers.names.map(() => 1);
  const deaths = async (): Promise<(number | undefined)[]> => {
    const counted = await containers.deaths();
    return containers.names.map((name) => counted.get(name));
  };

  it.each(["stop", "restart", "kill"])(
    "goes on with %s after two kills of the runner, and each container ended exactly once",
    async (action) => {
      const id = await begin(action);
      await runs.doneAtLeast(id, 6);
      await successor(id);
      await runs.doneAtLeast(id, 14);
      await successor(id);
      const task = await runs.settled(id, 90_000);
      expect(task.state).toBe("completed");
      expect(task.context.counts).toEqual({
        planned: count,
        done: count,
        unchanged: 0,
        skipped: 0,
        failed: 0,
      });
      expect(task.context.failures).toBe(0);
      expect(await deaths()).toEqual(eachOnce());
      const state = action === "restart" ? "running" : "exited";
      expect([...(await containers.states()).values()]).toEqual(containers.names.map(() => state));
    },
    120_000,
  );

  it("waits while the engine is away, and goes on without a failed item or attempt", async () => {
    const id = await begin("stop");
    await runs.doneAtLeast(id, 6);
    await proxy.cut();
    await peer.until("waiting", () => peer.task(id).state === "running.waiting-for-host");
    const info = await peer.ask<EngineInfo>(querySubject("local", "engine"));
    expect(info).toMatchObject({ reachable: false });
    expect(info.message).toMatch(/does not answer/);
    const answer = await peer.ask<{ items?: ContainerRow[]; error?: string }>(
      querySubject("local", "containers"),
    );
    expect(answer.error).toMatch(/does not answer/);
    await proxy.restore();
    const task = await runs.settled(id);
    expect(task.state).toBe("completed");
    expect(task.context.counts).toMatchObject({ done: count, failed: 0 });
    expect(task.context.attempt).toBe(2);
    expect(await deaths()).toEqual(eachOnce());
  }, 90_000);

  it("can be cancelled while the engine is away, also while it plans", async () => {
    await proxy.cut();
    const id = await peer.submit("docker.containers", { action: "stop", ids: [...containers.names] });
    await peer.assign(id);
    await peer.until("waiting", () => peer.task(id).state === "running.waiting-for-host");
    await peer.fact(id, { type: "cancel-requested" });
    await peer.until("cancelled", () => peer.task(id).state === "cancelled", 3_000);
  }, 60_000);

  it("ends after a cancel with every item either done or untouched, as the engine shows", async () => {
    const id = await begin("stop");
    await runs.doneAtLeast(id, 8);
    await peer.fact(id, { type: "cancel-requested" });
    const task = await runs.settled(id);
    expect(task.state).toBe("cancelled");
    const states = await containers.states();
    const marks = containers.names.map((_, index) => markAt(task.context.marks, index));
    expect(marks.map((mark) => (mark === 2 ? "exited" : "running"))).toEqual(
      containers.names.map((name) => states.get(name)),
    );
    expect(marks).toContain(0);
    expect(marks).not.toContain(1);
    expect(settledItems(task.context.counts)).toBeLessThan(count);
  }, 60_000);

  it("lets go at a pause, and goes on where it was", async () => {
    const id = await begin("stop");
    await runs.doneAtLeast(id, 4);
    await peer.fact(id, { type: "pause-requested" });
    const paused = await runs.settled(id);
    expect(paused.state).toBe("paused");
    expect(paused.reports.at(-1)?.body).toEqual({ type: "paused", inPlace: false });
    expect(paused.context.runner).toBeNull();
    const [last] = containers.names.slice(-1);
    await docker.getContainer(last ?? "").stop();
    await peer.fact(id, { type: "resumed" });
    await peer.assign(id);
    const task = await runs.settled(id);
    expect(task.state).toBe("completed");
    expect(task.context.counts).toMatchObject({ done: count - 1, unchanged: 1, failed: 0 });
    expect(await deaths()).toEqual(eachOnce());
  }, 60_000);
});
