import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ContainerRow } from "#schema/api.ts";
import type { DiskReport, ImageRow, NetworkRow, VolumeRow } from "#schema/host-api.ts";
import { openEngine } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import { type Change, watchEngine } from "../../../../../../services/runner/executors/docker/hosts/watch.ts";
import { startRegistry } from "../../../../../support/a-registry.ts";
import { ensureImage, IMAGE } from "../../../../../support/containers.ts";
import { lacks } from "../../../../../support/needs.ts";
import { until } from "../../../../../support/until.ts";
import { type HostsGround, hostsGround } from "../hosts/a-hosts-ground.ts";
import { type Podman, startPodman } from "./a-podman.ts";
import { bulkRuns } from "../bulk/bulk-run.ts";
import type { PeerTask } from "../../../peer-tasks.ts";

const MIB = 1024 * 1024;
const IDLE = 'trap "exit 0" TERM; while :; do sleep 1 & wait; done';

describe.skipIf(lacks.podman)("Podman as a host", () => {
  let podman: Podman;
  let ground: HostsGround;
  let image: string;
  const names = ["one", "two", "three"].map((name) => `longshore-test-${name}`);

  beforeAll(async () => {
    podman = await startPodman();
    await ensureImage(podman.engine);
    image = (await podman.engine.getImage(IMAGE).inspect()).Id;
    for (const name of names) {
      const container = await podman.engine.createContainer({
        name,
        Image: IMAGE,
        Cmd: ["/bin/sh", "-c", IDLE],
        Labels: { "longshore.test": "podman" },
        HostConfig: { NetworkMode: "none" },
      });
      await container.start();
    }
    ground = await hostsGround([{ name: "pod", address: `unix://${podman.socket}` }]);
  }, 180_000);
  afterAll(async () => {
    await ground.end();
    for (const { Id } of await podman.engine.listContainers({ all: true }))
      await podman.engine.getContainer(Id).remove({ force: true });
    await podman.stop();
  }, 120_000);

  const isReached = (): Promise<unknown> =>
    until("the host", async () => (await ground.host("pod"))?.reachable, 30_000);
  /** A task without a plan, begun. */
  const begin = async (type: string, payload: object): Promise<string> => {
    const id = await ground.peer.submit(type, { ...payload, host: "pod" });
    await ground.peer.assign(id);
    return id;
  };
  const lastOf = ({ reports }: PeerTask): unknown => reports.at(-1)?.body;
  const run = async (type: string, payload: object): Promise<unknown> =>
    lastOf(await ground.runs.settled(await begin(type, payload)));
  const output = async (id: string, stream: string): Promise<string> =>
    (await ground.peer.logs(id))
      .filter((chunk) => chunk.stream === stream)
      .map(({ text }) => text)
      .join("");
  const rows = async <T>(
    list: "containers" | "images" | "volumes" | "networks" | "build-cache",
  ): Promise<T[]> => {
    const answer = await ground.inventory("pod", list);
    if ("error" in answer) throw new Error(answer.error);
    return answer.items as T[];
  };

  it("is known by one id, though it says another each time, and after it was restarted too", async () => {
    await isReached();
    const first = (await ground.host("pod"))?.engine;
    expect(first).toMatchObject({ product: "podman", apiVersion: expect.stringMatching(/^1\./) as string });
    await podman.stop();
    await until("it to be away", async () => (await ground.host("pod"))?.reachable === false, 30_000);
    await podman.restart();
    await isReached();
    expect((await ground.host("pod"))?.engine).toEqual(first);
  }, 90_000);

  it("tells what is on it", async () => {
    await isReached();
    await podman.engine.createVolume({ Name: "data" });
    expect((await rows<ContainerRow>("containers")).map(({ name }) => name).toSorted()).toEqual(
      names.toSorted(),
    );
    const images = await rows<ImageRow>("images");
    expect(images.find(({ id }) => id === image)?.usedBy.toSorted()).toEqual(names.toSorted());
    expect(await rows<VolumeRow>("volumes")).toMatchObject([{ name: "data", anonymous: false, usedBy: [] }]);
    expect((await rows<NetworkRow>("networks")).length).toBeGreaterThan(0);
    expect(await rows("build-cache")).toEqual([]);
  }, 60_000);

  it("tells who uses a network, and which one is its own", async () => {
    await isReached();
    const { id } = await podman.engine.createNetwork({ Name: "front" });
    const made = await podman.engine.createContainer({
      name: "longshore-test-on-front",
      Image: IMAGE,
      Cmd: ["/bin/sh"],
      HostConfig: { NetworkMode: "front" },
    });
    const networks = await rows<NetworkRow>("networks");
    expect(networks.find((row) => row.id === id)).toMatchObject({
      usedBy: ["longshore-test-on-front"],
      protected: null,
    });
    expect(networks.filter((row) => row.id !== id)).toMatchObject([
      { protected: "The engine itself needs it." },
    ]);
    await made.remove();
  }, 60_000);

  it("has its disk measured: each image and volume by its id, and what is in use", async () => {
    const writer = await podman.engine.createContainer({
      name: "longshore-test-writer",
      Image: IMAGE,
      Cmd: ["/bin/sh", "-c", `/bin/busybox head -c ${8 * MIB} /dev/zero > /data/zeros`],
      HostConfig: { NetworkMode: "none", Binds: ["zeros:/data"] },
    });
    await writer.start();
    await writer.wait();
    const measure = async (): Promise<DiskReport> =>
      ((await run("docker.disk-usage", {})) as { result: DiskReport }).result;
    const before = await measure();
    expect(before.engine).toBe((await ground.host("pod"))?.engine?.id);
    const [, images, volumes, networks, cache] = before.kinds;
    expect(images).toMatchObject({ kind: "images", count: 1, inUse: 1, reclaimable: 0 });
    expect(images?.bytes).toBeGreaterThan(MIB);
    expect(volumes).toMatchObject({ kind: "volumes", inUse: 1, reclaimable: 0 });
    expect(networks?.count).toBeGreaterThan(0);
    expect(cache).toMatchObject({ kind: "build-cache", count: 0 });
    expect(before.biggest.find(({ id }) => id === image)).toMatchObject({
      name: expect.stringMatching(/^docker.io\/library\/longshore-test:/) as string,
      inUse: true,
    });
    await writer.remove();
    const after = (await measure()).biggest.find(({ id }) => id === "zeros");
    expect(after).toMatchObject({ kind: "volumes", inUse: false });
    expect(after?.bytes).toBeGreaterThanOrEqual(8 * MIB);
  }, 60_000);

  it("has images pulled, with what went wrong by its name", async () => {
    const registry = await startRegistry(podman.engine);
    const pulls = bulkRuns(ground.peer, "docker.images.pull");
    const pull = async (name: string): Promise<unknown> =>
      lastOf(await pulls.run({ image: name, host: "pod" }));
    try {
      const wanted = registry.add({ layers: 2, bytes: MIB });
      const first = await pull(wanted);
      const seen = await podman.engine.getImage(wanted).inspect();
      const digest = seen.RepoDigests[0]?.split("@")[1];
      expect(first).toMatchObject({ result: { image: wanted, id: seen.Id, digest, unchanged: false } });
      expect(await pull(wanted)).toMatchObject({ result: { unchanged: true } });
      expect(await pull(wanted.replace(/:1$/, ":2"))).toMatchObject({
        error: { code: "not-found" },
        retryable: false,
      });
      registry.manners = { refusal: { status: 403, code: "DENIED", message: "access is denied" } };
      expect(await pull(registry.add())).toMatchObject({ error: { code: "denied" }, retryable: false });
    } finally {
      await registry.close();
    }
  }, 60_000);

  it("runs programs in containers: output, exit code, cancel", async () => {
    const sh = (script: string): object => ({ image: IMAGE, command: ["/bin/sh", "-c", script] });
    const id = await begin("docker.run", sh("echo out; echo err >&2"));
    expect(lastOf(await ground.runs.settled(id))).toMatchObject({ result: { exitCode: 0 } });
    expect([await output(id, "stdout"), await output(id, "stderr")]).toEqual(["out\n", "err\n"]);
    expect(await run("docker.run", sh("echo why >&2; exit 4"))).toMatchObject({
      error: { code: "exit-4", message: "why" },
    });
    expect(await run("docker.run", { image: "longshore-test:none", command: ["x"] })).toMatchObject({
      error: { code: "no-image" },
    });
    const endless = await begin("docker.run", sh("echo begun; while :; do sleep 1; done"));
    await until("it to begin", async () => (await output(endless, "stdout")) === "begun\n", 30_000);
    await ground.peer.fact(endless, { type: "cancel-requested" });
    expect((await ground.runs.settled(endless)).state).toBe("cancelled");
    const left = await podman.engine.listContainers({ all: true });
    expect(new Set(left.map(({ Names }) => Names[0]))).toEqual(new Set(names.map((name) => `/${name}`)));
  }, 90_000);

  it("tells at once that it can be listened to, and then what changes", async () => {
    const changes: Change[] = [];
    const opened: number[] = [];
    const engine = openEngine({ dial: { kind: "socket", path: podman.socket }, address: null, pinned: null });
    const tell = (change: Change): void => void changes.push(change);
    const watch = watchEngine(engine, { tell, opened: () => void opened.push(1) });
    try {
      await until("it to be open", () => opened.length > 0, 30_000);
      changes.length = 0;
      const { id } = await podman.engine.createContainer({
        name: "longshore-test-told",
        Image: IMAGE,
        Cmd: ["/bin/sh"],
        HostConfig: { NetworkMode: "none" },
      });
      await podman.engine.getContainer(id).remove();
      await podman.engine.createVolume({ Name: "told" });
      await until("the container", () => changes.some(({ containers }) => containers.includes(id)), 30_000);
      await until("the volume", () => changes.some(({ kinds }) => kinds.includes("volume")), 30_000);
    } finally {
      await watch.stop();
    }
  }, 60_000);

  it("is listened to: when images and volumes were used last, and that an image only lost a name", async () => {
    await isReached();
    const lastUse = async (): Promise<(string | null | undefined)[]> => [
      (await rows<ImageRow>("images")).find(({ id }) => id === image)?.lastUsedAt,
      (await rows<VolumeRow>("volumes")).find(({ name }) => name === "zeros")?.lastUsedAt,
    ];
    const since = new Date().toISOString();
    const user = await podman.engine.createContainer({
      name: "longshore-test-user",
      Image: IMAGE,
      Cmd: ["/bin/sh", "-c", IDLE],
      HostConfig: { NetworkMode: "none", Binds: ["zeros:/data"] },
    });
    await user.start();
    const isKnown = async (): Promise<boolean> =>
      (await lastUse()).every((time) => time !== null && time !== undefined && time >= since);
    await until("both uses to be known", isKnown, 30_000);
    await user.remove({ force: true });
    await podman.engine.getImage(image).tag({ repo: "longshore-test", tag: "other" });
    await podman.engine.getImage("longshore-test:other").remove();
    await podman.engine.createVolume({ Name: "later" });
    await podman.engine.getVolume("zeros").remove();
    await podman.engine.createVolume({ Name: "zeros" });
    await until("the volume to be another", async () => (await lastUse())[1] === null, 30_000);
    expect((await lastUse())[0]).not.toBeNull();
  }, 60_000);
});
