import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve } from "#infra/nats/serve.ts";
import type { HostInfo } from "#schema/host-api.ts";
import { querySubject } from "#schema/subjects.ts";
import { aRunner, aScheduler, type TestScheduler } from "../../support/a-scheduler.ts";
import { until } from "../../support/until.ts";
import { createPages, type Onward } from "../../../services/runner/link/pages.ts";
import { anEdge, type TestEdge } from "./an-edge.ts";

const COUNT = 3_000;

const host = (name: string, reachable: boolean): HostInfo => ({
  name,
  runner: "local",
  address: `ssh://${name}`,
  reachable,
  message: reachable ? null : "Connection refused.",
  engine: null,
  containers: null,
  images: null,
  observedSince: null,
});
const rows = Array.from({ length: COUNT }, (_, index) => ({
  id: String(index).padStart(64, "0"),
  name: `container-${index}`,
  labels: { "com.example.description": "x".repeat(600) },
}));

/** A runner's answers, from the other end of its wire: so many containers would take a real engine minutes. */
describe("container hosts over HTTP", () => {
  let edge: TestEdge;
  let scheduler: TestScheduler;
  let runner: Awaited<ReturnType<typeof aRunner>>;
  const pages = createPages(256 * 1024);
  let inventories = 0;
  let forgets = 0;
  let leave = (): void => undefined;

  beforeAll(async () => {
    edge = await anEdge();
    scheduler = await aScheduler(edge.nats);
    runner = await aRunner(edge.nats);
    const failed = (error: unknown): void => void edge.failures.push(error);
    await runner.hello();
    leave = runner.keepLease();
    serve(
      runner.connection,
      querySubject("local", "hosts"),
      () =>
        Promise.resolve([
          host("local", true),
          host("nas", true),
          host("away", false),
          { ...host("attic", true), runner: "somebody-else" },
        ]),
      failed,
    );
    serve(
      runner.connection,
      querySubject("local", "inventory"),
      (body) => {
        inventories += 1;
        const question = body as { host: string; list: string; onward?: Onward };
        if (question.host === "away") return Promise.resolve({ code: "away", error: "Connection refused." });
        if (question.host === "gone") return Promise.resolve({ code: "unknown-host", error: "Gone." });
        if (!question.onward) return Promise.resolve(pages.first(rows));
        if (forgets > 0) {
          forgets -= 1;
          return Promise.resolve({ code: "expired", error: "Too late." });
        }
        return Promise.resolve(pages.at(question.onward));
      },
      failed,
    );
    await until("the runner", async () => (await edge.client.runners()).items[0]?.state === "present");
  });
  afterAll(async () => {
    leave();
    pages.stop();
    await runner.close();
    await scheduler.stop();
    await edge.stop();
  });

  it("are listed with those that cannot be reached", async () => {
    const { items } = await edge.client.hosts.list();
    expect(items.map(({ name, reachable }) => [name, reachable])).toEqual([
      ["local", true],
      ["nas", true],
      ["away", false],
      ["attic", true],
    ]);
  });

  it("give lists of thousands, larger than one message may be", async () => {
    const { items } = await edge.client.hosts.rows("nas", "containers");
    expect(items).toEqual(rows);
    expect(inventories).toBeGreaterThan(8);
  });

  it("are asked of the runner that told of them, whichever one it says", async () => {
    const { items } = await edge.client.hosts.list();
    expect(items.find(({ name }) => name === "attic")?.runner).toBe("local");
    expect((await edge.client.hosts.rows("attic", "containers")).items).toHaveLength(COUNT);
  });

  it("are asked again where a page was not kept", async () => {
    forgets = 1;
    expect((await edge.client.hosts.rows("nas", "images")).items).toHaveLength(COUNT);
    forgets = 2;
    await expect(edge.client.hosts.rows("nas", "images")).rejects.toMatchObject({ status: 404 });
    forgets = 0;
  });

  it("are 503 in the host's own words when they are away, and 404 when nobody knows them", async () => {
    await expect(edge.client.hosts.rows("away", "volumes")).rejects.toMatchObject({
      status: 503,
      message: expect.stringContaining("Connection refused.") as string,
    });
    await expect(edge.client.hosts.rows("elsewhere", "volumes")).rejects.toMatchObject({ status: 404 });
    expect((await edge.admin("/api/hosts/nas/secrets")).status).toBe(404);
    expect((await edge.admin("/api/hosts/..%2f..%2fruns/images")).status).toBe(400);
    expect((await edge.ask("/api/hosts")).status).toBe(401);
  });
});
