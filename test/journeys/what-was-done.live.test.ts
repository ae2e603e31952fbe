import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "#client/http.ts";
import type { TaskDetail } from "#schema/api.ts";
import { startContainers, type TestContainers } from "../support/containers.ts";
import { lacks } from "../support/needs.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const COUNT = 12;

describe.skipIf(lacks.docker)("whoever asks what was done", () => {
  let stack: TestStack;
  let containers: TestContainers;
  let stopped: string;

  const client = () => createClient({ baseUrl: stack.url, token: stack.token });
  const settled = (id: string): Promise<TaskDetail> =>
    until(
      "the task settles",
      async () => {
        const detail = await client().task(id);
        return detail.tag === "settled" ? detail : undefined;
      },
      120_000,
    );
  const running = async (): Promise<number> =>
    [...(await containers.states()).values()].filter((state) => state === "running").length;

  beforeAll(async () => {
    [stack, containers] = await Promise.all([startStack(), startContainers(COUNT)]);
  }, 300_000);
  afterAll(async () => {
    await containers.remove();
    await stack.stop();
  }, 120_000);

  it("learns of each container who stopped it, in which run, on which engine", async () => {
    const { id } = await client().submit({
      type: "docker.containers",
      payload: { action: "stop", select: { labels: { "longshore.test": containers.label } } },
    });
    stopped = id;
    expect(await settled(id)).toMatchObject({ state: "completed", counts: { done: COUNT } });
    const name = containers.names[3] ?? "";
    const rows = await until("the ledger tells it", async () => {
      const { items } = await client().ledger.list({ text: name });
      return items.length > 0 ? items : undefined;
    });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      name,
      kind: "container",
      outcome: "done",
      host: "local",
      task: { id, type: "docker.containers", action: "stop", submittedBy: { kind: "token", id: "admin" } },
    });
    const byId = await client().ledger.list({ id: rows[0]?.id.slice(0, 12) ?? "" });
    expect(byId.items).toEqual(rows);
    const { items } = await client().hosts.runs("local");
    expect(items.map((run) => run.id)).toContain(id);
  }, 180_000);

  it("undoes it with one wish, once however often it is said, and can undo that too", async () => {
    expect((await client().task(stopped)).undo).toEqual({ possible: true, why: null });
    const undone = await client().undo(stopped, "wrong label");
    expect(await client().undo(stopped, "wrong label")).toMatchObject({ id: undone.id, repeated: true });
    const detail = await settled(undone.id);
    expect(detail).toMatchObject({
      state: "completed",
      counts: { planned: COUNT, done: COUNT },
      labels: { "longshore.undoes": stopped },
      undo: { possible: true },
    });
    expect(await running()).toBe(COUNT);
    const actions = async () =>
      (await client().ledger.list({ text: containers.names[3] ?? "" })).items.map(({ task }) => task.action);
    await until("the ledger tells both", async () => (await actions()).length === 2);
    expect(await actions()).toEqual(["start", "stop"]);
    await settled((await client().undo(undone.id)).id);
    expect(await running()).toBe(0);
  }, 180_000);

  it("keeps it as a file", async () => {
    const url = `${stack.url}${client().itemsFile(stopped, "csv", { outcome: "done" })}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${stack.token}` } });
    const lines = (await response.text()).trim().split("\r\n");
    expect(lines).toHaveLength(COUNT + 1);
    expect(lines.filter((line) => containers.names.some((name) => line.includes(`,${name},`)))).toHaveLength(
      COUNT,
    );
  });

  it("sees how the disk of the host developed", async () => {
    const { id } = await client().submit({ type: "docker.disk-usage", payload: {} });
    expect(await settled(id)).toMatchObject({ error: null, state: "completed" });
    const disk = await until("the report is known", async () => {
      const found = await client().hosts.disk("local");
      return found.latest === null ? undefined : found;
    });
    expect(disk.task).toBe(id);
    expect(disk.latest?.host).toBe("local");
    expect(disk.trend).toHaveLength(1);
  }, 180_000);
});
