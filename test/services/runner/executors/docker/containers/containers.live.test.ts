import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ContainerRow } from "#schema/api.ts";
import type { HostInfo } from "#schema/host-api.ts";
import { querySubject } from "#schema/subjects.ts";
import { startContainers, type TestContainers } from "../../../../../support/containers.ts";
import { lacks } from "../../../../../support/needs.ts";
import { type Ground, startGround } from "../../../a-ground.ts";
import { bulkRuns } from "../bulk/bulk-run.ts";
import type { PeerTask } from "../../../peer-tasks.ts";
import type { Peer } from "../../../peer.ts";

describe.skipIf(lacks.docker)("bulk work on containers", () => {
  const docker = new Docker();
  let ground: Ground;
  let peer: Peer;
  let containers: TestContainers;
  let runs: ReturnType<typeof bulkRuns>;

  beforeAll(async () => {
    [ground, containers] = await Promise.all([startGround(), startContainers(6)]);
    ({ peer } = ground);
    runs = bulkRuns(peer);
  }, 120_000);
  afterAll(async () => {
    await ground.stop();
    await containers.remove();
  }, 60_000);

  const make = async (
    name: string,
    extra: { labels?: Record<string, string>; autoRemove?: boolean } = {},
  ) => {
    const container = await docker.createContainer({
      name: `${containers.names[0]}-${name}`,
      Image: "longshore-test:busybox",
      Cmd: ["/bin/sh", "-c", 'trap "exit 0" TERM; while :; do sleep 1 & wait; done'],
      Labels: { "longshore.test": containers.label, ...extra.labels },
      HostConfig: { NetworkMode: "none", AutoRemove: extra.autoRemove === true },
    });
    await container.start();
    return container.id;
  };
  const state = async (id: string): Promise<string> => (await docker.getContainer(id).inspect()).State.Status;
  const outcomes = (task: PeerTask): string[] =>
    [...task.items]
      .sort((a, b) => a.index - b.index)
      .map(({ outcome, code }) => (code ? `${outcome}:${code}` : outcome));
  const all = (outcome: string): string[] => containers.names.map(() => outcome);
  const ids = (): string[] => [...containers.names];

  it("plans first, naming every container by its full id", async () => {
    const id = await runs.plan({
      action: "pause",
      select: { labels: { "longshore.test": containers.label } },
    });
    expect(peer.task(id).state).toBe("queued");
    expect(peer.task(id).context.plan?.count).toBe(containers.names.length);
    const [report] = peer.task(id).reports.filter(({ body }) => body.type === "planned");
    const items = report?.body.type === "planned" ? report.body.plan.items : [];
    expect(items.map(({ name }) => name)).toEqual(containers.names);
    for (const item of items) expect(item.id).toMatch(/^[0-9a-f]{64}$/);
    expect([...(await containers.states()).values()]).toEqual(all("running"));
  });

  it.each([
    { action: "pause", after: "paused" },
    { action: "unpause", after: "running" },
    { action: "stop", after: "exited" },
    { action: "start", after: "running" },
    { action: "kill", after: "exited" },
  ])(
    "does $action, and a second time finds nothing to do",
    async ({ action, after }) => {
      const first = await runs.run({ action, ids: ids() });
      expect(first.state).toBe("completed");
      expect(outcomes(first)).toEqual(all("done"));
      expect([...(await containers.states()).values()]).toEqual(all(after));
      const second = await runs.run({ action, ids: ids() });
      expect(outcomes(second)).toEqual(all("unchanged"));
      expect(second.reports.at(-1)?.body).toEqual({
        type: "completed",
        result: { done: 0, unchanged: 6, skipped: 0, failed: 0 },
      });
    },
    60_000,
  );

  it("says how far it is, what it is at, and what became of each", async () => {
    await containers.startAll();
    const task = await runs.run({ action: "restart", ids: ids(), concurrency: 2 });
    expect(outcomes(task)).toEqual(all("done"));
    const progress = await peer.progress(task.id);
    expect(progress.at(-1)).toMatchObject({ done: 6, total: 6, percent: 100 });
    expect(progress.some(({ current }) => (current?.length ?? 0) > 0)).toBe(true);
    expect(progress.some(({ etaMs }) => (etaMs ?? 0) > 0)).toBe(true);
    const lines = (await peer.logs(task.id)).map(({ text }) => text).join("");
    for (const name of containers.names) expect(lines).toContain(`${name}: restarted`);
  }, 60_000);

  it("skips what an action is not for, and says why", async () => {
    await runs.run({ action: "stop", ids: ids() });
    expect(outcomes(await runs.run({ action: "pause", ids: ids() }))).toEqual(all("skipped:not-running"));
    expect(outcomes(await runs.run({ action: "restart", ids: ids() }))).toEqual(all("skipped:not-running"));
    await containers.startAll();
    expect(outcomes(await runs.run({ action: "remove", ids: ids() }))).toEqual(all("skipped:running"));
    expect([...(await containers.states()).values()]).toEqual(all("running"));
  }, 60_000);

  it("leaves alone what is labelled longshore.protect, whatever the label says but false", async () => {
    const guarded = await make("guarded", { labels: { "longshore.protect": "" } });
    const free = await make("free", { labels: { "longshore.protect": "false" } });
    const task = await runs.run({ action: "kill", ids: [guarded, free] });
    expect(outcomes(task)).toEqual(["skipped:protected", "done"]);
    expect(await state(guarded)).toBe("running");
    expect(await state(free)).toBe("exited");
  });

  it("says beforehand that stopping deletes a container made with --rm", async () => {
    const id = await make("brief", { autoRemove: true });
    const task = await runs.run({ action: "stop", ids: [id] });
    const [planned] = task.reports.map(({ body }) => body).filter((body) => body.type === "planned");
    expect(planned?.type === "planned" && planned.plan.items[0]?.note).toMatch(/deletes it/);
    expect(outcomes(task)).toEqual(["done:removed"]);
    await expect(state(id)).rejects.toMatchObject({ statusCode: 404 });
  });

  it("meets a container that went away after the plan", async () => {
    const going = await make("going");
    const id = await runs.plan({ action: "stop", ids: [going] });
    await docker.getContainer(going).remove({ force: true });
    await peer.assign(id);
    const task = await runs.settled(id);
    expect(outcomes(task)).toEqual(["skipped:gone"]);
    expect(task.state).toBe("completed");
  });

  it("removes, and finds what is gone already", async () => {
    const [one, two] = [await make("one"), await make("two")];
    await runs.run({ action: "stop", ids: [one, two] });
    const id = await runs.plan({ action: "remove", ids: [one, two] });
    await docker.getContainer(two).remove();
    await peer.assign(id);
    expect(outcomes(await runs.settled(id))).toEqual(["done", "unchanged:gone"]);
  });

  it("refuses ids that are not ids, unknown ones, and both or neither of ids and a selection", async () => {
    const before = await containers.states();
    for (const payload of [
      { action: "stop", ids: ["../../images/prune"] },
      { action: "stop", ids: ["abc/stop?t=0"] },
      { action: "stop", ids: [] },
      { action: "stop" },
      { action: "stop", ids: [containers.names[0]], select: { name: "x" } },
      { action: "stop", select: {} },
      { action: "prune", ids: [containers.names[0]] },
      { action: "stop", ids: [containers.names[0]], force: true },
      { action: "stop", ids: [containers.names[0]], concurrency: 17 },
    ]) {
      const task = await runs.run(payload);
      expect(task.reports.at(-1)?.body, JSON.stringify(payload)).toMatchObject({
        error: { code: "invalid-payload" },
        retryable: false,
      });
    }
    const unknown = await runs.run({ action: "stop", ids: [containers.names[0], "no-such-container"] });
    expect(unknown.reports.at(-1)?.body).toMatchObject({
      error: { code: "unknown-container" },
      retryable: false,
    });
    expect(await containers.states()).toEqual(before);
  }, 60_000);

  it("answers what is on the engine", async () => {
    const [host] = await peer.ask<HostInfo[]>(querySubject("local", "hosts"));
    expect(host).toMatchObject({ name: "local", runner: "local", reachable: true, message: null });
    const { items } = await peer.ask<{ items: ContainerRow[] }>(querySubject("local", "inventory"), {
      host: "local",
      list: "containers",
    });
    const ours = items.filter(({ labels }) => labels["longshore.test"] === containers.label);
    expect(ours.map(({ name }) => name)).toEqual(expect.arrayContaining([...containers.names]));
    expect(ours.find(({ name }) => name.endsWith("-guarded"))?.protected).toMatch(/longshore.protect/);
    expect(ours.find(({ name }) => name === containers.names[0])?.protected).toBeNull();
  });
});
