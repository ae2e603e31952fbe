import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureImage, IMAGE } from "../../../../../support/containers.ts";
import { lacks } from "../../../../../support/needs.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { type Ground, startGround } from "../../../a-ground.ts";
import { type EngineProxy, startEngineProxy } from "../engine/engine-proxy.ts";

describe.skipIf(lacks.docker)("a command in a container of a host that leaves the network", () => {
  let ground: Ground;
  let proxy: EngineProxy;
  beforeAll(async () => {
    await ensureImage();
    proxy = await startEngineProxy(join(temporaryFolder("engine"), "docker.sock"));
    ground = await startGround({ DOCKER_HOST: `unix://${proxy.path}` });
  }, 60_000);
  afterAll(async () => {
    await ground.stop();
    await proxy.cut();
  }, 60_000);

  it("ends with its container, although its output never does", async () => {
    const command = ["/bin/sh", "-c", "sleep 1; echo begun; sleep 4; exit 3"];
    const id = await ground.begin("docker.run", { image: IMAGE, command });
    await ground.said(id, /begun/);
    proxy.silence();
    await ground.settled(id, 60_000);
    expect(ground.peer.task(id).reports.at(-1)?.body).toMatchObject({
      type: "attempt-failed",
      error: { code: "exit-3" },
    });
  }, 120_000);
});
