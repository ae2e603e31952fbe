import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createLog } from "#infra/log.ts";
import { openEngine } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import {
  gapsSince,
  lastUseFile,
  type LastUses,
  readLastUses,
} from "../../../../../../services/runner/executors/docker/hosts/last-use.ts";
import { openHoldings } from "../../../../../../services/runner/executors/docker/hosts/last-use-holdings.ts";
import { learnLastUses } from "../../../../../../services/runner/executors/docker/hosts/learn-last-use.ts";
import { useOf } from "../../../../../../services/runner/executors/docker/hosts/use-of-event.ts";
import { watchEngine } from "../../../../../../services/runner/executors/docker/hosts/watch.ts";
import { ensureImage, IMAGE } from "../../../../../support/containers.ts";
import { lacks } from "../../../../../support/needs.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { until } from "../../../../../support/until.ts";
import { type EngineProxy, startEngineProxy } from "../engine/engine-proxy.ts";
import { type OwnEngine, startOwnEngine } from "../engine/own-engine.ts";

const WAIT_MS = 30_000;

// An engine of its own: the machine's keeps 256 events for all who use it, and other tests push them out.
describe.skipIf(lacks.ownEngine)("learning when images and volumes were used last", () => {
  let dockerd: OwnEngine;
  let docker: Docker;
  let proxy: EngineProxy;
  let engineId: string;
  let imageId: string;
  beforeAll(async () => {
    dockerd = await startOwnEngine();
    docker = dockerd.engine;
    await ensureImage(docker);
    imageId = (await docker.getImage(IMAGE).inspect()).Id;
    proxy = await startEngineProxy(join(temporaryFolder("engine"), "docker.sock"), dockerd.socket);
    engineId = ((await docker.info()) as { ID: string }).ID;
  }, 120_000);
  afterAll(async () => {
    await proxy.cut();
    await dockerd.stop();
  }, 60_000);

  let data: string;
  let volume: string;
  let learning: { stop(): Promise<void> } | undefined;
  beforeEach(() => {
    data = temporaryFolder("last-use");
    volume = `longshore-test-${randomUUID()}`;
  });
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
      Image: IMAGE,
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

  it("notes a tag and a pull as a use of the image", async () => {
    await begin();
    const started = await now();
    await docker.getImage(imageId).tag({ repo: "longshore-test", tag: "tagged" });
    await until(
      "the tag is known",
      async () => isAfter((await uses()).images.get(imageId), started),
      WAIT_MS,
    );
    await end();
    expect(useOf({ Type: "image", Action: "pull", Actor: { ID: IMAGE } })).toEqual({
      kind: "image",
      image: IMAGE,
    });
    const engine = openEngine({ dial: { kind: "socket", path: proxy.path }, address: null, pinned: null });
    const holdings = openHoldings(engine, new AbortController().signal);
    expect(await holdings.of({ kind: "image", image: IMAGE })).toEqual({ image: imageId, volumes: [] });
    expect(await holdings.of({ kind: "image", image: "longshore-test:none" })).toEqual({ volumes: [] });
  }, 90_000);

  it("notes when an image came, and that others were there before", async () => {
    await begin();
    const started = await now();
    const made = await docker.importImage(Readable.from(execFileSync("tar", ["-c", "-T", "/dev/null"])), {
      repo: "longshore-test",
      tag: "imported",
    });
    made.resume();
    try {
      const imported = await until(
        "it is there",
        () =>
          docker
            .getImage("longshore-test:imported")
            .inspect()
            .catch(() => undefined),
        WAIT_MS,
      );
      const known = await until(
        "its coming is known",
        async () => {
          const seen = await uses();
          return isAfter(seen.arrived?.get(imported.Id), started) && seen;
        },
        WAIT_MS,
      );
      expect(known.arrived?.has(imageId)).toBe(false);
      await end();
      await begin();
      expect((await uses()).arrived?.get(imported.Id), "it came once").toBe(known.arrived?.get(imported.Id));
      expect((await uses()).arrived?.has(imageId)).toBe(false);
    } finally {
      await docker.getImage("longshore-test:imported").remove();
    }
  }, 90_000);

  it("hears from the engine what happened while it was not there, without a gap", async () => {
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
  }, 90_000);

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
      for (let count = 0; count < 130; count += 1) {
        await docker.getImage(imageId).tag({ repo: "longshore-test", tag: "busy" });
        await docker.getImage("longshore-test:busy").remove();
      }
      await container.start();
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

  it("goes on after the engine was away", async () => {
    await begin();
    await proxy.cut();
    const away = await now();
    await runOnce();
    await proxy.restore();
    await usedSince(away);
    const back = await now();
    await runOnce();
    expect((await usedSince(back)).gaps).toEqual([]);
  }, 90_000);

  it("tells a gap when the engine was killed, for its events die with it", async () => {
    await begin();
    await runOnce();
    await usedSince("1970-01-01T00:00:00Z");
    await dockerd.kill9();
    await dockerd.start();
    await until("the gap is known", async () => (await uses()).gaps.length > 0, WAIT_MS);
    const back = await now();
    await runOnce();
    await usedSince(back);
  }, 120_000);

  it("forgets what no longer exists, and does not trust a damaged file", async () => {
    await begin();
    await runOnce();
    await usedSince("1970-01-01T00:00:00Z");
    await docker.getVolume(volume).remove();
    await until("it is forgotten", async () => !(await uses()).volumes.has(volume), WAIT_MS);
    await end();
    await runOnce();
    await docker.getVolume(volume).remove();
    await begin();
    expect((await uses()).volumes.has(volume)).toBe(false);
    await end();
    const { observedSince } = await uses();
    writeFileSync(lastUseFile(data, engineId), '{"engine":');
    expect(await uses()).toMatchObject({ observedSince: null });
    await begin();
    expect(isAfter((await uses()).observedSince ?? undefined, observedSince ?? "")).toBe(true);
  }, 90_000);
});
