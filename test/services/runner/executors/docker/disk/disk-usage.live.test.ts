import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DiskReport } from "#schema/host-api.ts";
import { ensureImage, IMAGE } from "../../../../../support/containers.ts";
import { lacks } from "../../../../../support/needs.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { until } from "../../../../../support/until.ts";
import { type Ground, startGround } from "../../../a-ground.ts";

const MIB = 1024 * 1024;
const docker = new Docker();

describe.skipIf(lacks.docker)("measuring disk use", () => {
  let ground: Ground;
  const volume = `longshore-test-${randomUUID()}`;
  beforeAll(async () => {
    await ensureImage();
    ground = await startGround();
  }, 60_000);
  afterAll(async () => {
    await ground.stop();
    await docker.getVolume(volume).remove();
  }, 60_000);

  it("finds what a volume takes, and whether something uses it", async () => {
    const container = await docker.createContainer({
      name: `longshore-test-${randomUUID()}`,
      Image: IMAGE,
      Cmd: ["/bin/sh", "-c", `/bin/busybox head -c ${8 * MIB} /dev/zero > /data/zeros`],
      HostConfig: { Binds: [`${volume}:/data`], NetworkMode: "none" },
    });
    try {
      await container.start();
      await container.wait();
      const measure = async (): Promise<DiskReport> => {
        const end = await ground.run("docker.disk-usage", {});
        expect(end).toMatchObject({ type: "completed" });
        return (end as unknown as { result: DiskReport }).result;
      };
      const { ID } = (await docker.info()) as { ID: string };
      const used = await measure();
      expect(used).toMatchObject({ host: "local", engine: ID });
      expect(used.kinds.map(({ kind }) => kind)).toEqual([
        "containers",
        "images",
        "volumes",
        "networks",
        "build-cache",
      ]);
      const entry = { kind: "volumes", id: volume, name: volume };
      expect(used.biggest.find(({ id }) => id === volume)).toMatchObject({ ...entry, inUse: true });
      await container.remove();
      const free = (await measure()).biggest.find(({ id }) => id === volume);
      expect(free).toMatchObject({ ...entry, inUse: false });
      expect(free?.bytes).toBeGreaterThanOrEqual(8 * MIB);
    } finally {
      await container.remove({ force: true }).catch(() => undefined);
    }
  }, 120_000);
});

describe("measuring disk use on an engine that takes its time", () => {
  let engine: Server;
  let ground: Ground;
  let asked = 0;
  let hungUp = 0;
  const path = join(temporaryFolder("engine"), "docker.sock");
  const ANSWERS: Readonly<Record<string, unknown>> = {
    "/version": { Version: "99.0", ApiVersion: "1.41", MinAPIVersion: "1.24" },
    "/info": { ID: "SLOW", Name: "slow" },
    "/networks": null,
    "/containers/json": [],
    "/_ping": "OK",
  };
  beforeAll(async () => {
    engine = createServer((request, response) => {
      const url = (request.url ?? "").replace(/^\/v[\d.]+/, "").replace(/\?.*$/, "");
      if (url === "/events") {
        response.writeHead(200);
        return response.flushHeaders();
      }
      if (url !== "/system/df") return void response.end(JSON.stringify(ANSWERS[url] ?? null));
      asked += 1;
      response.on("close", () => void (hungUp += 1));
    });
    engine.listen(path);
    await once(engine, "listening");
    ground = await startGround({ DOCKER_HOST: `unix://${path}` });
  }, 60_000);
  afterAll(async () => {
    await ground.stop();
    engine.closeAllConnections();
    engine.close();
  }, 60_000);

  it("is given up when the task is cancelled", async () => {
    const id = await ground.begin("docker.disk-usage", {});
    await until("it is asked", () => asked > 0, 30_000);
    await ground.peer.fact(id, { type: "cancel-requested" });
    expect(await ground.settled(id)).toBe("cancelled");
    await until("the request is given up", () => hungUp > 0, 30_000);
  }, 90_000);
});
