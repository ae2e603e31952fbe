import Docker from "dockerode";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ContainerRow } from "#schema/api.ts";
import {
  ensureImage,
  IMAGE,
  startContainers,
  type TestContainers,
} from "../../../../../support/containers.ts";
import { ENGINE_SOCKET } from "../../../../../support/engine-socket.ts";
import { lacks } from "../../../../../support/needs.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { until } from "../../../../../support/until.ts";
import { type HostsGround, hostsGround } from "./a-hosts-ground.ts";
import { type EngineProxy, startEngineProxy } from "../engine/engine-proxy.ts";
import { startTlsEngine, type TlsEngine } from "../engine/tls-engine.ts";

/** Takes connections and never says a word. */
const startSilence = async (): Promise<{ server: Server; port: number; close(): void }> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on("error", () => undefined)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    server,
    port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};

describe.skipIf(lacks.docker)("several hosts of one runner", () => {
  let ground: HostsGround;
  let containers: TestContainers;
  let second: EngineProxy;
  let tls: TlsEngine;
  let silence: Awaited<ReturnType<typeof startSilence>>;

  beforeAll(async () => {
    [containers, second, tls, silence] = await Promise.all([
      startContainers(4),
      startEngineProxy(join(temporaryFolder("second"), "d.sock")),
      startTlsEngine(temporaryFolder("tls")),
      startSilence(),
    ]);
    ground = await hostsGround([
      { name: "second", address: `unix://${second.path}` },
      { name: "far", address: `tcp://127.0.0.1:${tls.port}`, certs: tls.certs },
      { name: "silent", address: `tcp://127.0.0.1:${silence.port}` },
      { name: "nobody", address: "tcp://127.0.0.1:1" },
      { name: "stranger", address: `unix://${second.path}`, engine: "AAAA:BBBB" },
    ]);
  }, 120_000);
  afterAll(async () => {
    await ground.end();
    await containers.remove();
    await tls.close();
    await second.cut();
    silence.close();
  }, 60_000);

  const states = async (): Promise<string[]> => {
    const now = await containers.states();
    return containers.names.map((name) => now.get(name) ?? "gone");
  };

  it("are listed side by side, and those that are away hold up nobody", async () => {
    await until("both to be reached", async () => {
      const hosts = await ground.hosts();
      return hosts.filter(({ reachable }) => reachable).length === 3;
    });
    const asked = performance.now();
    const hosts = await ground.hosts();
    // Nobody waits for the silent one: its answer is given up after ten seconds.
    expect(performance.now() - asked).toBeLessThan(4_000);
    expect(hosts.map(({ name }) => name)).toEqual(["local", "second", "far", "silent", "nobody", "stranger"]);
    const [local, other, far, silent, nobody, stranger] = hosts;
    expect(local).toMatchObject({ runner: "local", reachable: true, message: null });
    expect(local?.engine).toMatchObject({ product: "docker", apiVersion: expect.any(String) as string });
    expect(local?.engine?.processors).toBeGreaterThan(0);
    expect(local?.containers?.running).toBeGreaterThanOrEqual(4);
    expect(other?.engine).toEqual(local?.engine);
    expect(far).toMatchObject({ reachable: true, address: `tcp://127.0.0.1:${tls.port}` });
    expect(silent).toMatchObject({ reachable: false, engine: null });
    expect(nobody?.message).toMatch(/^The container engine at tcp:\/\/127\.0\.0\.1:1 does not answer/);
    expect(stranger?.message).toMatch(
      /^Another engine answers at unix:.* than the pinned one: .* AAAA:BBBB\.$/,
    );
  }, 60_000);

  it("are worked on by their names, and the plan says on which engine", async () => {
    const ids = [...containers.names];
    const run = await ground.runs.run({ action: "stop", ids, host: "far" });
    expect(run.context.counts).toMatchObject({ done: ids.length, failed: 0 });
    const local = await ground.host("local");
    expect(run.reports.find(({ body }) => body.type === "planned")?.body).toMatchObject({
      plan: { engine: { host: "far", id: local?.engine?.id } },
    });
    expect(new Set(await states())).toEqual(new Set(["exited"]));
    const start = await ground.runs.run({ action: "start", ids, host: "second" });
    expect(start.context.counts).toMatchObject({ done: ids.length, failed: 0 });
  }, 60_000);

  it("are refused by one sentence for the task where they are unknown or not the pinned ones", async () => {
    const end = async (host: string) =>
      (await ground.runs.run({ action: "stop", ids: [...containers.names], host })).reports.at(-1)?.body;
    expect(await end("elsewhere")).toMatchObject({
      type: "attempt-failed",
      retryable: false,
      error: {
        code: "unknown-host",
        message:
          'This runner knows no host "elsewhere"; it knows local, second, far, silent, nobody, stranger.',
      },
    });
    expect(await end("stranger")).toMatchObject({
      type: "attempt-failed",
      retryable: false,
      error: { code: "host-refused", message: expect.stringMatching(/^Another engine answers/) as string },
    });
    expect(new Set(await states())).toEqual(new Set(["running"]));
  }, 60_000);

  it("each tell what is on them", async () => {
    for (const host of ["local", "second", "far"]) {
      const answer = await ground.inventory(host, "containers");
      const rows = "items" in answer ? (answer.items as ContainerRow[]) : [];
      const ours = rows.filter(({ labels }) => labels["longshore.test"] === containers.label);
      expect(ours.map(({ name }) => name).toSorted()).toEqual([...containers.names]);
      expect(ours[0]?.imageId).toMatch(/^sha256:/);
    }
    const images = await ground.inventory("far", "images");
    const image = "items" in images ? (images.items as { tags: string[]; usedBy: string[] }[]) : [];
    const ours = image.find(({ tags }) => tags.includes("longshore-test:busybox"));
    expect(ours?.usedBy).toEqual(expect.arrayContaining([...containers.names]));
    const networks = await ground.inventory("second", "networks");
    expect("items" in networks ? networks.items : []).toContainEqual(
      expect.objectContaining({ name: "bridge", protected: "The engine itself needs it." }),
    );
    for (const list of ["volumes", "build-cache"] as const)
      expect(await ground.inventory("local", list)).toMatchObject({ items: expect.any(Array) as object[] });
    expect(await ground.inventory("elsewhere", "images")).toMatchObject({ code: "unknown-host" });
    expect(await ground.inventory("nobody", "images")).toMatchObject({ code: "away" });
    expect(await ground.inventory("local", "secrets" as "images")).toMatchObject({ code: "invalid" });
  }, 60_000);

  it("are waited for each by its own tasks alone", async () => {
    await second.cut();
    await until("second to be away", async () => (await ground.host("second"))?.reachable === false);
    const [name = "", other = ""] = containers.names;
    const waiting = await ground.runs.plan({ action: "stop", ids: [name], host: "far" });
    const task = await ground.peer.submit(
      "docker.containers",
      { action: "stop", ids: [other], host: "second" },
      { pause: "checkpoint", repeatable: true },
    );
    await ground.peer.assign(task);
    await ground.peer.until(
      "waiting",
      () => ground.peer.task(task).state === "running.waiting-for-host",
      30_000,
    );
    await ground.peer.assign(waiting);
    expect((await ground.runs.settled(waiting)).context.counts).toMatchObject({ done: 1 });
    await second.restore();
    await ground.peer.until("its plan", () => ground.peer.task(task).context.plan !== null, 30_000);
    await ground.peer.assign(task);
    expect((await ground.runs.settled(task)).context.counts).toMatchObject({ done: 1, failed: 0 });
  }, 90_000);
});

describe.skipIf(lacks.docker)("a hosts file that was broken while Longshore runs", () => {
  it("is named in the log, and the runner has its own host all the same", async () => {
    const ground = await hostsGround([{ name: "nas", address: "http://nas" }]);
    try {
      expect((await ground.hosts()).map(({ name }) => name)).toEqual(["local"]);
      expect(ground.runner.log()).toMatch(/has \\"http:\/\/nas\\" as the address of nas; expected unix/);
    } finally {
      await ground.end();
    }
  });
});

describe.skipIf(lacks.docker)("a container of a task on another host", () => {
  it("is ended by the next runner when its own was killed, though the runner's own engine is away", async () => {
    await ensureImage();
    const docker = new Docker();
    const nowhere = `unix://${join(temporaryFolder("nowhere"), "d.sock")}`;
    const far = { name: "far", address: `unix://${ENGINE_SOCKET}` };
    const ground = await hostsGround([far], undefined, nowhere);
    const name = `longshore-test-far-${process.pid}`;
    const command = ["/bin/sh", "-c", `: ${name}; while :; do sleep 1; done`];
    const ours = async () =>
      (await docker.listContainers({ all: true })).filter(({ Command }) => Command.includes(name));
    try {
      const payload = { image: IMAGE, command, host: "far" };
      const id = await ground.peer.submit("docker.run", payload, { pause: "freeze", repeatable: false });
      await ground.peer.assign(id);
      await until("its container", async () => (await ours())[0]?.State === "running", 30_000);
      await ground.kill9();
      expect(await ours()).toHaveLength(1);
      await ground.restart();
      await until("it to be gone", async () => (await ours()).length === 0, 30_000);
    } finally {
      await ground.end();
    }
  }, 90_000);
});
