import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capabilitiesFor } from "#schema/policy.ts";
import { startRegistry } from "../../../../../support/a-registry.ts";
import { ensureImage, IMAGE } from "../../../../../support/containers.ts";
import { lacks } from "../../../../../support/needs.ts";
import { processesNaming } from "../../../../../support/processes.ts";
import { until } from "../../../../../support/until.ts";
import { type Ground, startGround } from "../../../a-ground.ts";

const engine = new Docker();
const MIB = 1024 * 1024;
const COUNT = "i=0; while :; do echo n$i; i=$((i+1)); sleep 0.05; done";

/** Each would open a way out of the container. */
const REACHING: readonly object[] = [
  { HostConfig: { Privileged: true } },
  { privileged: true },
  { binds: ["/:/host"] },
  { Binds: ["/var/run/docker.sock:/var/run/docker.sock"] },
  { volumes: ["/:/host"] },
  { Volumes: { "/host": {} } },
  { mounts: [{ Type: "bind", Source: "/", Target: "/host" }] },
  { Mounts: [{ Type: "bind", Source: "/", Target: "/host" }] },
  { VolumesFrom: ["other"] },
  { network: "host" },
  { NetworkMode: "host" },
  { pid: "host" },
  { PidMode: "host" },
  { IpcMode: "host" },
  { UTSMode: "host" },
  { UsernsMode: "host" },
  { CgroupParent: "/" },
  { capAdd: ["SYS_ADMIN"] },
  { CapAdd: ["ALL"] },
  { SecurityOpt: ["seccomp=unconfined"] },
  { devices: ["/dev/sda"] },
  { Devices: [{ PathOnHost: "/dev/sda", PathInContainer: "/dev/sda", CgroupPermissions: "rwm" }] },
  { Runtime: "other" },
  { User: "root" },
  { Entrypoint: ["/bin/sh"] },
  { Labels: { "longshore.runner": "another" } },
  { pull: "always" },
];

describe.skipIf(lacks.docker)("a command in a container", () => {
  let ground: Ground;
  beforeAll(async () => {
    await ensureImage();
    ground = await startGround({ LONGSHORE_SLOTS: "4" });
  }, 60_000);
  afterAll(() => ground.stop());

  const sh = (script: string, more: object = {}): object => ({
    image: IMAGE,
    command: ["/bin/sh", "-c", script],
    ...more,
  });
  const containerOf = async (id: string): Promise<Docker.ContainerInfo | undefined> => {
    const token = ground.peer.task(id).context.token ?? firstToken.get(id);
    return (await engine.listContainers({ all: true })).find(
      ({ Labels }) => Labels["longshore.attempt"] === (firstToken.get(id) ?? token),
    );
  };
  /** A container keeps the token it was made under. */
  const firstToken = new Map<string, string>();
  const begin = async (payload: object): Promise<string> => {
    const id = await ground.begin("docker.run", payload);
    firstToken.set(id, ground.peer.task(id).context.token ?? "");
    return id;
  };
  const cancel = async (id: string): Promise<void> => {
    await ground.peer.fact(id, { type: "cancel-requested" });
    expect(await ground.settled(id)).toBe("cancelled");
  };

  it("gives its output on both streams and its exit code, and is removed", async () => {
    const id = await begin(sh("echo out; echo err >&2; echo $WHO", { env: { WHO: "me" } }));
    await ground.settled(id);
    expect(ground.peer.task(id).reports.at(-1)?.body).toMatchObject({ result: { exitCode: 0 } });
    expect(await ground.text(id)).toBe("out\nme\n");
    expect(await ground.text(id, "stderr")).toBe("err\n");
    expect(await containerOf(id)).toBeUndefined();
    const end = await ground.run("docker.run", sh("echo why >&2; exit 4"));
    expect(end).toMatchObject({ error: { code: "exit-4", message: "why" } });
  }, 60_000);

  it("names what is missing: the image, the program", async () => {
    const image = `longshore-test:none-${randomUUID().slice(0, 8)}`;
    expect(await ground.run("docker.run", { image, command: ["x"] })).toMatchObject({
      error: { code: "no-image", message: `The image ${image} is not on this host.` },
      retryable: false,
    });
    expect(await ground.run("docker.run", { image: IMAGE, command: ["/no/such"] })).toMatchObject({
      type: "attempt-failed",
    });
  }, 60_000);

  it("may reach nothing of the host, whatever its payload says", async () => {
    expect(capabilitiesFor("docker.run", {})).toContain("docker");
    for (const more of REACHING)
      expect(await ground.run("docker.run", sh("true", more)), JSON.stringify(more)).toMatchObject({
        error: { code: "invalid-payload" },
      });
    for (const image of ["../x?y", "a b", "-x"])
      expect(await ground.run("docker.run", { image, command: ["x"] })).toMatchObject({
        error: { code: "invalid-payload" },
      });
    const id = await begin(sh(COUNT, { memory: 64 * MIB, cpus: 0.5 }));
    await ground.said(id, /n1/);
    const seen = await engine.getContainer((await containerOf(id))?.Id ?? "").inspect();
    expect(seen.HostConfig).toMatchObject({
      Privileged: false,
      SecurityOpt: ["no-new-privileges"],
      Memory: 64 * MIB,
      NanoCpus: 5e8,
      PidsLimit: 4_096,
    });
    expect([seen.HostConfig.Binds ?? [], seen.HostConfig.Devices ?? [], seen.Mounts]).toEqual([[], [], []]);
    const { NetworkMode, PidMode, IpcMode, CapAdd } = seen.HostConfig;
    expect([NetworkMode, PidMode, IpcMode, CapAdd ?? []]).toEqual(["default", "", "private", []]);
    await cancel(id);
  }, 60_000);

  it("leaves nothing running after a cancel, as the machine itself shows", async () => {
    const sleeper = `${86_400 + Math.floor(Math.random() * 1e6)}`;
    const id = await begin(sh(`echo begun; sleep ${sleeper} & sleep ${sleeper} & wait`));
    await ground.said(id, /begun/);
    const container = engine.getContainer((await containerOf(id))?.Id ?? "");
    const top = async (): Promise<string> =>
      JSON.stringify(((await container.top()) as { Processes: string[][] }).Processes);
    await until("both are there", async () => (await top()).split(`sleep ${sleeper}`).length > 2);
    const { Pid } = (await container.inspect()).State;
    expect(existsSync(`/proc/${Pid}`)).toBe(true);
    await cancel(id);
    await expect(container.inspect()).rejects.toMatchObject({ statusCode: 404 });
    expect(existsSync(`/proc/${Pid}`)).toBe(false);
    expect(processesNaming(`sleep ${sleeper}`)).toEqual([]);
  }, 60_000);

  it("keeps what a program says to a terminal, all in one stream", async () => {
    const id = await begin(sh("test -t 1 && echo here; echo err >&2", { tty: true }));
    await ground.settled(id);
    expect(ground.peer.task(id).reports.at(-1)?.body).toMatchObject({ result: { exitCode: 0 } });
    expect(await ground.text(id)).toBe("here\r\nerr\r\n");
    expect(await ground.text(id, "stderr")).toBe("");
  }, 60_000);

  it("pulls its image where it is missing, when it may", async () => {
    const registry = await startRegistry();
    try {
      const image = registry.add();
      const command = ["/bin/sh", "-c", "echo pulled"];
      expect(await ground.run("docker.run", { image, command })).toMatchObject({
        error: { code: "no-image" },
      });
      const id = await begin({ image, command, pull: "missing" });
      await ground.settled(id);
      expect(ground.peer.task(id).reports.at(-1)?.body).toMatchObject({ result: { exitCode: 0 } });
      expect(await ground.text(id)).toBe("pulled\n");
      const unknown = image.replace(/:1$/, ":2");
      expect(await ground.run("docker.run", { image: unknown, command, pull: "missing" })).toMatchObject({
        error: { code: "not-found" },
        retryable: false,
      });
    } finally {
      await registry.close();
    }
  }, 60_000);

  it("fails for a host that nobody knows", async () => {
    expect(await ground.run("docker.run", sh("true", { host: "nowhere" }))).toMatchObject({
      error: { code: "unknown-host" },
    });
  }, 60_000);

  it("fails as out of memory by that name", async () => {
    const hog = "x=0123456789abcdef; while :; do x=$x$x; done";
    expect(await ground.run("docker.run", sh(hog, { memory: 16 * MIB }))).toMatchObject({
      error: { code: "out-of-memory", message: expect.stringContaining("16 MiB") as string },
    });
  }, 60_000);

  it("is paused by the engine, goes on where it was, and can be cancelled while it stands still", async () => {
    const id = await begin(sh(COUNT));
    await ground.said(id, /n2/);
    await ground.peer.fact(id, { type: "pause-requested" });
    await ground.peer.until("paused", () => ground.peer.task(id).state === "paused");
    expect((await containerOf(id))?.State).toBe("paused");
    const before = (await ground.text(id)).split("\n").length;
    await ground.peer.fact(id, { type: "resumed" });
    await ground.peer.assign(id);
    await ground.said(id, new RegExp(`n${before + 4}\n`));
    const numbers = [...(await ground.text(id)).matchAll(/n(\d+)/g)].map(([, number]) => Number(number));
    expect(numbers).toEqual(numbers.map((_, index) => index));
    await ground.peer.fact(id, { type: "pause-requested" });
    await ground.peer.until("paused again", () => ground.peer.task(id).state === "paused");
    await cancel(id);
    expect(await containerOf(id)).toBeUndefined();
  }, 60_000);

  it("is killed after its grace when it does not mind to be stopped", async () => {
    const id = await begin(sh(`trap "" TERM; ${COUNT}`));
    await ground.said(id, /n1/);
    await cancel(id);
    expect(await containerOf(id)).toBeUndefined();
  }, 60_000);

  it("stands still while the runner is cut off, and goes on after", async () => {
    const id = await begin(sh(COUNT));
    await ground.said(id, /n1/);
    ground.peer.answerLease = false;
    await until("it is paused", async () => (await containerOf(id))?.State === "paused", 20_000);
    ground.peer.answerLease = true;
    await until("it goes on", async () => (await containerOf(id))?.State === "running", 20_000);
    await cancel(id);
  }, 60_000);

  it("goes with its attempt when that is declared lost", async () => {
    const id = await begin(sh(COUNT));
    await ground.said(id, /n1/);
    await ground.peer.fact(id, { type: "attempt-lost", message: "by the test" });
    await until("it is gone", async () => (await containerOf(id)) === undefined, 20_000);
  }, 60_000);

  it("is found and removed by the next runner when its own was killed", async () => {
    const id = await begin(sh(COUNT));
    await ground.said(id, /n1/);
    await ground.runner.kill9();
    expect(await containerOf(id)).toBeDefined();
    await ground.restart();
    expect(await containerOf(id)).toBeUndefined();
  }, 60_000);
});
