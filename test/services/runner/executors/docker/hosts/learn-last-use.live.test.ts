import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createLog } from "#infra/log.ts";
import { openEngine } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import {
  gapsSince,
  lastUseFile,
  type LastUses,
  readLastUses,
} from "../../../../../../services/runner/executors/docker/hosts/last-use.ts";
import { learnLastUses } from "../../../../../../services/runner/executors/docker/hosts/learn-last-use.ts";
import { watchEngine } from "../../../../../../services/runner/executors/docker/hosts/watch.ts";
import { startRegistry, type TestRegistry } from "../../../../../support/a-registry.ts";
import { lacks } from "../../../../../support/needs.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { until } from "../../../../../support/until.ts";
import { type EngineProxy, startEngineProxy } from "../../../engine-proxy.ts";

const docker = new Docker();
const WAIT_MS = 30_000;
/** The engine keeps 256 events for all who use it: what other tests do meanwhile can push out those of this one. */
const SHARED = { retry: 2, timeout: 90_000 };

describe.skipIf(lacks.docker)("learning when images and volumes were used last", () => {
  let registry: TestRegistry;
  let proxy: EngineProxy;
  let engineId: string;
  beforeAll(async () => {
    registry = await startRegistry();
    proxy = await startEngineProxy(join(temporaryFolder("engine"), "docker.sock"));
    engineId = ((await docker.info()) as { ID: string }).ID;
  }, 60_000);
  afterAll(async () => {
    await proxy.cut();
    await registry.close();
  }, 60_000);

  let data: string;
  let image: string;
  let imageId: string;
  let volume: string;
  let learning: { stop(): Promise<void> } | undefined;
  beforeEach(async () => {
    data = temporaryFolder("last-use");
    volume = `longshore-test-${randomUUID()}`;
    image = registry.add();
    for await (const chunk of await docker.pull(image)) void chunk;
    imageId = (await docker.getImage(image).inspect()).Id;
  }, 60_000);
  afterEach(async () => {
    await learning?.stop();
    learning = undefined;
    await docker
      .getVolume(volume)
      .remove()
      .catch(() => undefined);
  });

  const uses = (): Promise<LastUses> => readLastUses(data, engineId);
  const begin = async (): Promise<void> => {
    const engine = openEngine({ dial: { kind: "socket", path: proxy.path }, address: null, pinned: null });
    const learner = learnLastUses(engine, { data, log: createLog("test", "silent") });
    const before =
      (await uses()).observedSince === null ? null : readFileSync(lastUseFile(data, engineId), "utf8");
    const watch = watchEngine(
      engine,
      learner.ears(() => undefined),
    );
    learning = {
      stop: async () => {
        await watch.stop();
        await learner.stop();
      },
    };
    await until(
      "it has looked round",
      async () =>
        (await uses()).observedSince !== null && readFileSync(lastUseFile(data, engineId), "utf8") !== before,
      WAIT_MS,
    );
  };
  const end = async (): Promise<void> => {
    await learning?.stop();
    learning = undefined;
  };
  const now = async (): Promise<string> => ((await docker.info()) as { SystemTime: string }).SystemTime;
  const make = (name: string, command: string, AutoRemove: boolean): Promise<Docker.Container> =>
    docker.createContainer({
      name,
      Image: image,
      Cmd: ["/bin/sh", "-c", command],
      HostConfig: { AutoRemove, NetworkMode: "none", Binds: [`${volume}:/data`] },
    });
  /** Runs to its end, and is gone after. */
  const runOnce = async (): Promise<void> => {
    const container = await make(`longshore-test-${randomUUID()}`, "exit 0", true);
    const gone = container.wait({ condition: "removed" });
    await container.start();
    await gone;
  };
  const isAfter = (time: string | undefined, since: string): boolean =>
    time !== undefined && Date.parse(time) >= Date.parse(since);
  const usedSince = (since: string): Promise<LastUses> =>
    until(
      "its use is known",
      async () => {
        const known = await uses();
        const both = [known.images.get(imageId), known.volumes.get(volume)];
        return both.every((time) => isAfter(time, since)) && known;
      },
      WAIT_MS,
    );

  it("notes the image and the volumes of a container that ran and is gone", async () => {
    const started = await now();
    await begin();
    expect((await uses()).volumes.has(volume)).toBe(false);
    await runOnce();
    const known = await usedSince(started);
    expect(isAfter(known.observedSince ?? undefined, started)).toBe(true);
    expect(known.gaps).toEqual([]);
  }, 90_000);

  it("notes a pull and a tag as a use of the image", async () => {
    const started = await now();
    await begin();
    expect(isAfter((await uses()).images.get(imageId), started)).toBe(false);
    for await (const chunk of await docker.pull(image)) void chunk;
    await until(
      "the pull is known",
      async () => isAfter((await uses()).images.get(imageId), started),
      WAIT_MS,
    );
    const later = await now();
    await docker.getImage(imageId).tag({ repo: image.replace(/:1$/, ""), tag: "2" });
    await until("the tag is known", async () => isAfter((await uses()).images.get(imageId), later), WAIT_MS);
  }, 90_000);

  it("hears from the engine what happened while it was not there, without a gap", SHARED, async () => {
    await begin();
    await runOnce();
    const first = await usedSince("1970-01-01T00:00:00Z");
    await end();
    const away = await now();
    await runOnce();
    await begin();
    const known = await usedSince(away);
    expect(known.observedSince).toBe(first.observedSince);
    expect(known.gaps).toEqual([]);
  });

  it("tells a gap when the engine has forgotten what came last, and counts what runs as used", async () => {
    const container = await make(
      `longshore-test-${randomUUID()}`,
      'trap "exit 0" TERM; while :; do sleep 1; done',
      false,
    );
    try {
      await begin();
      const { observedSince } = await uses();
      await end();
      // The engine keeps its last 256 events.
      const repo = image.replace(/:1$/, "");
      for (let count = 0; count < 130; count += 1) {
        await docker.getImage(imageId).tag({ repo, tag: "busy" });
        await docker.getImage(`${repo}:busy`).remove();
      }
      await container.start();
      for (let count = 0; count < 130; count += 1) {
        await docker.getImage(imageId).tag({ repo, tag: "busy" });
        await docker.getImage(`${repo}:busy`).remove();
      }
      const back = await now();
      await begin();
      const known = await usedSince(back);
      expect(known.observedSince).toBe(observedSince);
      expect(known.gaps).toHaveLength(1);
      expect(gapsSince(known, back)).toHaveLength(1);
      expect(gapsSince(known, await now())).toHaveLength(0);
    } finally {
      await container.remove({ force: true });
    }
  }, 120_000);

  it("goes on after the engine was away", SHARED, async () => {
    await begin();
    await proxy.cut();
    const away = await now();
    await runOnce();
    await proxy.restore();
    await usedSince(away);
    const back = await now();
    await runOnce();
    expect((await usedSince(back)).gaps).toEqual([]);
  });

  it("forgets what no longer exists, and does not trust a damaged file", async () => {
    await begin();
    await runOnce();
    await usedSince("1970-01-01T00:00:00Z");
    await docker.getVolume(volume).remove();
    await until("it is forgotten", async () => !(await uses()).volumes.has(volume), WAIT_MS);
    await end();
    await docker.getImage(imageId).remove({ force: true });
    await begin();
    expect((await uses()).images.has(imageId)).toBe(false);
    await end();
    const { observedSince } = await uses();
    writeFileSync(lastUseFile(data, engineId), '{"engine":');
    expect(await uses()).toMatchObject({ observedSince: null });
    await begin();
    expect(isAfter((await uses()).observedSince ?? undefined, observedSince ?? "")).toBe(true);
  }, 90_000);
});
