import type Docker from "dockerode";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ContainerRow } from "#schema/api.ts";
import type { ImageRow, NetworkRow, VolumeRow } from "#schema/host-api.ts";
import { BUSYBOX, lacks } from "../../support/needs.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { until } from "../../support/until.ts";
import { type HostsGround, hostsGround } from "./a-hosts-ground.ts";
import { type Podman, startPodman } from "./a-podman.ts";

/** By itself it would raise these, which not every machine allows. */
const LIMITS = ["nofile", "nproc"].map((Name) => ({ Name, Soft: 1_024, Hard: 1_024 }));

/** Busybox as an image; gives its id, for Podman finds names in its own way. */
const importImage = async (engine: Docker): Promise<string> => {
  const folder = temporaryFolder("image");
  mkdirSync(join(folder, "root", "bin"), { recursive: true });
  copyFileSync(BUSYBOX, join(folder, "root", "bin", "busybox"));
  for (const name of ["sh", "sleep"]) symlinkSync("busybox", join(folder, "root", "bin", name));
  const archive = join(folder, "image.tar");
  execFileSync("tar", ["-C", join(folder, "root"), "-cf", archive, "."]);
  let id = "";
  for await (const chunk of await engine.importImage(archive, { repo: "test", tag: "busybox" }))
    id = /"id":"(sha256:[0-9a-f]{64})"/.exec(String(chunk))?.[1] ?? id;
  return id;
};

describe.skipIf(lacks.podman)("Podman as a host", () => {
  let podman: Podman;
  let ground: HostsGround;
  let image: string;
  const names = ["one", "two", "three"].map((name) => `longshore-test-${name}`);

  beforeAll(async () => {
    podman = await startPodman();
    image = await importImage(podman.engine);
    for (const name of names) {
      const container = await podman.engine.createContainer({
        name,
        Image: image,
        Cmd: ["/bin/sh", "-c", 'trap "exit 0" TERM; while :; do sleep 1; done'],
        Labels: { "longshore.test": "podman" },
        HostConfig: { NetworkMode: "none", Ulimits: LIMITS },
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
  const states = async (): Promise<string[]> => {
    const listed = await podman.engine.listContainers({ all: true });
    return names.map((name) => listed.find(({ Names }) => Names[0] === `/${name}`)?.State ?? "gone");
  };
  const run = async (action: string) =>
    (await ground.runs.run({ action, ids: names, host: "pod" })).context.counts;

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
    const rows = async <T>(
      list: "containers" | "images" | "volumes" | "networks" | "build-cache",
    ): Promise<T[]> => {
      const answer = await ground.inventory("pod", list);
      if ("error" in answer) throw new Error(answer.error);
      return answer.items as T[];
    };
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

  it("has its containers stopped, started, paused, restarted and removed as Docker does", async () => {
    await isReached();
    for (const [action, state] of [
      ["pause", "paused"],
      ["unpause", "running"],
      ["restart", "running"],
      ["stop", "exited"],
      ["start", "running"],
      ["kill", "exited"],
      ["remove", "gone"],
    ] as const) {
      expect([action, await run(action)]).toMatchObject([action, { done: names.length, failed: 0 }]);
      expect([action, await states()]).toEqual([action, names.map(() => state)]);
    }
  }, 120_000);
});
