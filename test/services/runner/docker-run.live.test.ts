import { randomUUID } from "node:crypto";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capabilitiesFor } from "#schema/policy.ts";
import { ensureImage, IMAGE } from "../../support/containers.ts";
import { lacks } from "../../support/needs.ts";
import { until } from "../../support/until.ts";
import { type Ground, startGround } from "./a-ground.ts";

const engine = new Docker();
const MIB = 1024 * 1024;
const COUNT = "i=0; while :; do echo n$i; i=$((i+1)); sleep 0.05; done";

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
    for (const more of [{ HostConfig: { Privileged: true } }, { binds: ["/:/host"] }, { privileged: true }])
      expect(await ground.run("docker.run", sh("true", more))).toMatchObject({
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
    await cancel(id);
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
