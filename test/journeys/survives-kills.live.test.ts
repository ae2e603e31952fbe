import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "#client/http.ts";
import type { TaskDetail } from "#schema/api.ts";
import { startContainers, type TestContainers } from "../support/containers.ts";
import { lacks } from "../support/needs.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

describe.skipIf(lacks.docker)("a bulk stop of 100 containers", () => {
  let stack: TestStack;
  let containers: TestContainers;
  let id: string;

  const client = () => createClient({ baseUrl: stack.url, token: stack.token });
  const task = (): Promise<TaskDetail | undefined> =>
    client()
      .task(id)
      .catch(() => undefined);
  const settledItems = (detail: TaskDetail | undefined): number =>
    detail ? detail.counts.done + detail.counts.unchanged + detail.counts.failed + detail.counts.skipped : 0;

  beforeAll(async () => {
    [stack, containers] = await Promise.all([startStack(), startContainers(100)]);
  }, 180_000);
  afterAll(async () => {
    await containers.remove();
    await stack.stop();
  }, 120_000);

  it("goes on by itself when scheduler, runner and nats-server are killed in its midst, and stops each container exactly once", async () => {
    const submitted = await client().submit({
      type: "docker.containers",
      payload: { action: "stop", select: { labels: { "longshore.test": containers.label } }, concurrency: 2 },
    });
    id = submitted.id;
    let reached = 0;
    for (const victim of ["scheduler", "runner", "nats"]) {
      reached += 15;
      await until(
        `${reached} containers are stopped`,
        async () => settledItems(await task()) >= reached,
        60_000,
      );
      expect(settledItems(await task()), `${victim} is killed in mid-run`).toBeLessThan(100);
      const before = stack.pids()[victim] ?? 0;
      await stack.kill9(victim);
      await stack.restarted(victim, before);
    }
    const done = await until(
      "the task completes",
      async () => {
        const detail = await task();
        return detail?.tag === "settled" ? detail : undefined;
      },
      120_000,
    );
    expect(done).toMatchObject({
      state: "completed",
      outcome: "full",
      counts: { planned: 100, failed: 0, skipped: 0 },
    });
    expect(done.failures, "no attempt is charged").toBe(0);
    const states = await containers.states();
    expect([...states.values()].filter((state) => state === "exited")).toHaveLength(100);
    const deaths = await containers.deaths();
    expect(containers.names.map((name) => deaths.get(name))).toEqual(containers.names.map(() => 1));
  }, 240_000);

  it("has its whole history after everything was restarted", async () => {
    const events = async () => (await client().events(id, { limit: 1_000 })).items;
    const items = async () => (await client().items(id, { limit: 1_000 })).items;
    const [eventsBefore, itemsBefore, taskBefore] = [await events(), await items(), await task()];
    await stack.stop({ keep: true });
    stack = await startStack({ data: stack.data, port: stack.port });
    expect(await events()).toEqual(eventsBefore);
    expect(await items()).toEqual(itemsBefore);
    expect(await task()).toEqual(taskBefore);
    expect(itemsBefore.filter(({ outcome }) => outcome === "done" || outcome === "unchanged")).toHaveLength(
      100,
    );
  }, 120_000);
});
