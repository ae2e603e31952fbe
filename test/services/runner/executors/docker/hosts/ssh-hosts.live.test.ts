import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandLine } from "#infra/embedded/process-identity.ts";
import { livingProcesses } from "../../../../../../services/runner/processes/process-scan.ts";
import { startContainers, type TestContainers } from "../../../../../support/containers.ts";
import { ENGINE_SOCKET } from "../../../../../support/engine-socket.ts";
import { lacks } from "../../../../../support/needs.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { until } from "../../../../../support/until.ts";
import { type HostsGround, hostsGround } from "./a-hosts-ground.ts";
import { type Sshd, startSshd } from "./an-sshd.ts";

const CLOSE = 30_000;

describe.skipIf(lacks.docker || lacks.ssh)("a host reached by ssh", () => {
  const count = 12;
  let ground: HostsGround;
  let containers: TestContainers;
  let sshd: Sshd;

  beforeAll(async () => {
    [containers, sshd] = await Promise.all([startContainers(count), startSshd(temporaryFolder("sshd"))]);
    ground = await hostsGround(
      [{ name: "nas", address: `ssh://${sshd.user}@127.0.0.1:${sshd.port}${ENGINE_SOCKET}` }],
      sshd.bin,
    );
  }, 120_000);
  afterAll(async () => {
    await ground.end();
    await sshd.kill();
    await containers.remove();
  }, 60_000);

  const isReached = (reached = true): Promise<true> =>
    until("the host", async () => (await ground.host("nas"))?.reachable === reached, CLOSE) as Promise<true>;
  /** The ssh processes whose tunnel ends below the runner's data folder. */
  const tunnels = (): number[] =>
    livingProcesses()
      .map(({ pid }) => pid)
      .filter((pid) => {
        const [program, ...words] = commandLine(pid);
        return program === "/usr/bin/ssh" && words.some((word) => word.startsWith(ground.runner.data));
      });
  const sockets = (): string[] =>
    readdirSync(ground.runner.data, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith(".sock"));

  it("is worked on through one tunnel, whatever is asked of it", async () => {
    await isReached();
    const local = await ground.host("local");
    expect((await ground.host("nas"))?.engine).toEqual(local?.engine);
    const run = await ground.runs.run({ action: "pause", ids: [...containers.names], host: "nas" });
    expect(run.context.counts).toMatchObject({ done: count, failed: 0 });
    await ground.runs.run({ action: "unpause", ids: [...containers.names], host: "nas" });
    expect(tunnels()).toHaveLength(1);
  }, 60_000);

  it("may vanish in the middle of a run: the task waits for it and goes on, each item done once", async () => {
    await isReached();
    await containers.forgetDeaths();
    const id = await ground.runs.plan({
      action: "stop",
      ids: [...containers.names],
      concurrency: 2,
      host: "nas",
    });
    await ground.peer.assign(id);
    await ground.runs.doneAtLeast(id, 3);
    await sshd.kill();
    await ground.peer.until(
      "waiting",
      () => ground.peer.task(id).state === "running.waiting-for-host",
      60_000,
    );
    await isReached(false);
    expect((await ground.host("nas"))?.message).toMatch(/ssh|connect|closed|does not answer/i);
    await sshd.start();
    const task = await ground.runs.settled(id, 90_000);
    expect(task.state).toBe("completed");
    expect(task.context.counts).toMatchObject({ done: count, failed: 0 });
    expect(task.context.attempt).toBe(2);
    const deaths = await containers.deaths();
    expect(containers.names.map((name) => deaths.get(name))).toEqual(containers.names.map(() => 1));
    await containers.startAll();
  }, 180_000);

  it("is found again after the runner was killed, and the tunnel it left behind is ended", async () => {
    await isReached();
    const [orphan] = tunnels();
    expect(orphan).toBeDefined();
    await ground.kill9();
    await until("it to be left behind", () => tunnels().includes(orphan ?? 0));
    await ground.restart();
    await isReached();
    expect(tunnels()).toHaveLength(1);
    expect(tunnels()).not.toContain(orphan);
  }, 90_000);

  it("says in ssh's own words why it cannot be reached, and leaves nothing when the runner ends", async () => {
    sshd.distrust();
    await ground.runner.stop();
    await until("no ssh", () => tunnels().length === 0);
    expect(sockets()).toEqual([]);
    await ground.restart();
    await until(
      "ssh's words",
      async () => (await ground.host("nas"))?.message === "Host key verification failed.",
      CLOSE,
    );
  }, 90_000);
});

describe.skipIf(lacks.docker || lacks.ssh)("DOCKER_HOST that names a machine reached by ssh", () => {
  it("is the runner's own host, through a tunnel too", async () => {
    const sshd = await startSshd(temporaryFolder("sshd"));
    const address = `ssh://${sshd.user}@127.0.0.1:${sshd.port}${ENGINE_SOCKET}`;
    const ground = await hostsGround([], sshd.bin, address);
    try {
      await until("the host", async () => (await ground.host("local"))?.reachable, CLOSE);
      expect(await ground.host("local")).toMatchObject({ address, engine: { product: "docker" } });
      const containers = await startContainers(2);
      const run = await ground.runs.run({ action: "stop", ids: [...containers.names] });
      await containers.remove();
      expect(run.context.counts).toMatchObject({ done: 2, failed: 0 });
    } finally {
      await ground.end();
      await sshd.kill();
    }
  }, 120_000);
});
