import Docker from "dockerode";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startRegistry, type TestRegistry } from "../../../../../support/a-registry.ts";
import { lacks } from "../../../../../support/needs.ts";
import { until } from "../../../../../support/until.ts";
import { join } from "node:path";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { type EngineProxy, startEngineProxy } from "../engine/engine-proxy.ts";
import { type Ground, startGround } from "../../../a-ground.ts";
import type { PeerTask } from "../../../peer-tasks.ts";

const MIB = 1024 * 1024;
const engine = new Docker();
const ENDS = ["completed", "failed", "cancelled", "paused", "retrying"];

describe.skipIf(lacks.docker)("pulling an image", () => {
  let ground: Ground;
  let registry: TestRegistry;
  let proxy: EngineProxy;
  beforeAll(async () => {
    registry = await startRegistry();
    proxy = await startEngineProxy(join(temporaryFolder("engine"), "docker.sock"));
    ground = await startGround({ DOCKER_HOST: `unix://${proxy.path}` });
  }, 60_000);
  afterAll(async () => {
    await ground.stop();
    await proxy.cut();
    await registry.close();
  }, 60_000);
  beforeEach(() => {
    registry.manners = {};
  });

  /** Plans and begins. */
  const begin = async (image: string, attempts = 1): Promise<string> => {
    const { peer } = ground;
    const id = await peer.submit(
      "docker.images.pull",
      { image },
      { pause: "checkpoint", repeatable: true, attempts },
    );
    await peer.assign(id);
    await peer.until(
      "a plan",
      () => peer.task(id).state === "queued" && peer.task(id).context.plan !== null,
      30_000,
    );
    await peer.assign(id);
    return id;
  };
  const ended = (id: string): Promise<PeerTask> =>
    ground.peer.until(
      "its end",
      () => ENDS.includes(ground.peer.task(id).state) && ground.peer.task(id),
      60_000,
    );
  const pull = async (image: string): Promise<PeerTask> => ended(await begin(image));
  const lastOf = ({ reports }: PeerTask): unknown => reports.at(-1)?.body;
  const downloading = (from: number): Promise<unknown> =>
    until("it downloads", () => registry.sent > from, 30_000);
  const isHere = (image: string): Promise<boolean> =>
    engine
      .getImage(image)
      .inspect()
      .then(
        () => true,
        () => false,
      );

  it("tells its layers as they come, and ends with the image's id and digest", async () => {
    const image = registry.add({ layers: 2, bytes: 2 * MIB });
    registry.manners = { pauseMs: 20 };
    const id = await begin(image);
    const task = await ended(id);
    const seen = await engine.getImage(image).inspect();
    expect(lastOf(task)).toMatchObject({
      type: "completed",
      result: { image, id: seen.Id, digest: seen.RepoDigests[0]?.split("@")[1], unchanged: false },
    });
    expect(task.items).toMatchObject([{ index: 0, outcome: "done" }]);
    const steps = await ground.peer.progress(id);
    const percents = steps.flatMap(({ percent }) => percent ?? []);
    expect(percents.length).toBeGreaterThan(2);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(steps.at(-1)).toMatchObject({ percent: 100, done: 2, total: 2 });
    expect(steps.some(({ current }) => current?.some((words) => words.startsWith("Downloading")))).toBe(true);
    expect(steps.some(({ message }) => / of \d\.\d MB$/.test(message))).toBe(true);
  }, 90_000);

  it("says so when the image was up to date, also by its digest", async () => {
    const image = registry.add();
    await pull(image);
    const again = await pull(image);
    expect(lastOf(again)).toMatchObject({ type: "completed", result: { unchanged: true } });
    expect(again.items).toMatchObject([{ outcome: "unchanged" }]);
    const { digest } = (lastOf(again) as { result: { digest: string } }).result;
    const byDigest = `${image.replace(/:1$/, "")}@${digest}`;
    expect(lastOf(await pull(byDigest))).toMatchObject({
      type: "completed",
      result: { image: byDigest, digest },
    });
  }, 90_000);

  it("fails with the registry's words, which come inside an answer that began well", async () => {
    const known = registry.add();
    expect(lastOf(await pull(known.replace(/:1$/, ":2")))).toMatchObject({
      type: "attempt-failed",
      error: { code: "not-found", message: expect.stringMatching(/manifest/) as string },
      retryable: false,
    });
    registry.manners = { refusal: { status: 403, code: "DENIED", message: "requested access is denied" } };
    expect(lastOf(await pull(known))).toMatchObject({ error: { code: "denied" }, retryable: false });
    registry.manners = { refusal: { status: 429, code: "TOOMANYREQUESTS", message: "slow down" } };
    expect(lastOf(await pull(known))).toMatchObject({ error: { code: "rate-limited" }, retryable: true });
    expect(await isHere(known)).toBe(false);
  }, 90_000);

  it("gets over a registry that breaks off, and fails, to be tried again, where there is none", async () => {
    const image = registry.add({ bytes: MIB });
    expect(lastOf(await pull("127.0.0.1:1/longshore-test/none:1"))).toMatchObject({
      error: { code: "registry-away" },
      retryable: true,
    });
    registry.manners = { cutAfter: 256 * 1024 };
    const { sent } = registry;
    const id = await begin(image);
    await downloading(sent);
    registry.manners = {};
    // The engine itself tries layers again.
    expect(lastOf(await ended(id))).toMatchObject({ type: "completed" });
  }, 90_000);

  it("is stopped by a cancel, and the engine stops downloading", async () => {
    const image = registry.add({ bytes: 8 * MIB });
    registry.manners = { pauseMs: 200 };
    const { sent } = registry;
    const id = await begin(image);
    await downloading(sent);
    await ground.peer.fact(id, { type: "cancel-requested" });
    expect((await ended(id)).state).toBe("cancelled");
    await until("the engine has hung up", () => registry.serving === 0, 30_000);
    expect(registry.sent - sent).toBeLessThan(8 * MIB);
    expect(await isHere(image)).toBe(false);
  }, 90_000);

  it("lets go at a pause and goes on after", async () => {
    const image = registry.add({ bytes: 4 * MIB });
    registry.manners = { pauseMs: 100 };
    const { sent } = registry;
    const id = await begin(image);
    await downloading(sent);
    await ground.peer.fact(id, { type: "pause-requested" });
    expect((await ended(id)).state).toBe("paused");
    registry.manners = {};
    await ground.peer.fact(id, { type: "resumed" });
    await ground.peer.assign(id);
    expect(lastOf(await ended(id))).toMatchObject({ type: "completed", result: { unchanged: false } });
  }, 90_000);

  it("is begun anew when its stream is cut, and waits for an engine that is away", async () => {
    const image = registry.add({ bytes: 4 * MIB });
    registry.manners = { pauseMs: 100 };
    const { sent } = registry;
    const id = await begin(image);
    await downloading(sent);
    await proxy.cut();
    await ground.peer.until(
      "waiting",
      () => ground.peer.task(id).state === "running.waiting-for-host",
      30_000,
    );
    await proxy.restore();
    registry.manners = {};
    const task = await ended(id);
    expect(lastOf(task)).toMatchObject({ type: "completed", result: { unchanged: false } });
    expect(task.context.attempt).toBe(2);
  }, 90_000);

  it("never sends the engine a name that is none", async () => {
    for (const image of ["../../images/prune", "a?fromSrc=x", "a b", "A", "a:b:c", ""])
      expect(await ground.run("docker.images.pull", { image })).toMatchObject({
        error: { code: "invalid-payload" },
      });
    expect(await ground.run("docker.images.pull", { image: "a", host: "nowhere" })).toMatchObject({
      error: { code: "unknown-host", message: expect.stringContaining("nowhere") as string },
    });
  }, 60_000);
});
