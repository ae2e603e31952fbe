import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Engine, openEngine } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { type FakeEngine, startFakeEngine } from "./fake-engine.ts";

let fake: FakeEngine;
let path = "";
beforeAll(async () => {
  path = join(temporaryFolder("engine"), "d.sock");
  fake = await startFakeEngine(path);
});
afterAll(() => fake.close());

const open = (pinned: string | null = null): Engine =>
  openEngine({ dial: { kind: "socket", path }, address: "ssh://nas", pinned });

describe("the first words with an engine", () => {
  beforeEach(() => {
    fake.asked.length = 0;
    fake.version = { Version: "20.10.24", ApiVersion: "1.41", MinAPIVersion: "1.12" };
    fake.info = { ID: "AAAA:BBBB", Name: "fake" };
  });

  it("agree on its version where it is the older one", async () => {
    await open().ping();
    expect(fake.asked).toEqual(["/version", "/v1.41/_ping"]);
  });

  it("agree on ours where the engine is newer and still speaks it", async () => {
    fake.version = { Version: "29.1.0", ApiVersion: "1.52", MinAPIVersion: "1.44" };
    await open().ping();
    expect(fake.asked).toEqual(["/version", "/v1.47/_ping"]);
  });

  it.each([
    [
      { Version: "18.9", ApiVersion: "1.39", MinAPIVersion: "1.12" },
      /engine 18\.9 is too old: it speaks API 1\.39/,
    ],
    [{ Version: "1.0", ApiVersion: "1.9" }, /too old/],
    [
      { Version: "40.0", ApiVersion: "1.60", MinAPIVersion: "1.48" },
      /40\.0 is too new: it speaks API 1\.48 and newer/,
    ],
    [{ Version: "99", ApiVersion: "2.0", MinAPIVersion: "2.0" }, /too new/],
    [{ hello: "world" }, /What answers there is no container engine/],
    [[], /no container engine/],
  ])("end in one sentence where there is no common version: %j", async (version, sentence) => {
    fake.version = version;
    const engine = open();
    const error: unknown = await engine.ping().catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({ name: "EngineRefused", refusal: "host-refused" });
    expect(engine.explain(error)).toMatch(sentence);
    expect(fake.asked).toEqual(["/version"]);
  });

  it("end when it is another engine than the pinned one, after a change too", async () => {
    await open("AAAA:BBBB").ping();
    await expect(open("CCCC:DDDD").ping()).rejects.toThrow(
      "Another engine answers at ssh://nas than the pinned one: AAAA:BBBB instead of CCCC:DDDD.",
    );
    const engine = open("AAAA:BBBB");
    await engine.ping();
    fake.info = { ID: "EEEE:FFFF" };
    engine.forget();
    await expect(engine.ping()).rejects.toThrow(/EEEE:FFFF instead of AAAA:BBBB/);
  });

  it("find an id for Podman that stays, though it answers a new one each time", async () => {
    fake.version = {
      Version: "4.3.1",
      ApiVersion: "1.41",
      MinAPIVersion: "1.24",
      Components: [{ Name: "Podman Engine" }, { Name: "Conmon" }],
    };
    const about = async (info: object) => {
      fake.info = info;
      return open().about(AbortSignal.timeout(5_000));
    };
    const first = await about({ ID: "one", Name: "vm", DockerRootDir: "/var/lib/containers" });
    const second = await about({ ID: "two", Name: "vm", DockerRootDir: "/var/lib/containers" });
    const other = await about({ ID: "two", Name: "vm", DockerRootDir: "/home/me/containers" });
    expect(first).toMatchObject({ product: "podman", id: second.id });
    expect(first.id).toMatch(/^podman-[0-9a-f]{32}$/);
    expect(other.id).not.toBe(first.id);
    await open(other.id).ping();
    await expect(open(first.id).ping()).rejects.toThrow(/pinned/);
  });
});

describe("what is no name", () => {
  it.each(["../../images/prune", "abc/stop?t=0&x=", "..", "", "a b", "%2e%2e", "x".repeat(64)])(
    "never reaches the engine: %j",
    async (hostile) => {
      const engine = open();
      await engine.ping();
      fake.asked.length = 0;
      const bounds = { limitMs: 2_000 };
      const refused = { name: "UnsafeId" };
      await expect(engine.inspect(hostile)).rejects.toMatchObject(refused);
      await expect(engine.act("remove", hostile, bounds)).rejects.toMatchObject(refused);
      await expect(engine.attach(hostile)).rejects.toMatchObject(refused);
      await expect(engine.discard(hostile, bounds)).rejects.toMatchObject(refused);
      expect(fake.asked).toEqual([]);
    },
  );

  it.each([
    "/images/../containers/prune",
    "/volumes/a?force=1",
    "/volumes/a#b",
    "/volumes/%2e%2e/prune",
    "/volumes//a",
    "volumes",
    "/volumes/a\r\nX: y",
    "/volumes/é",
    "",
  ])("is in no path either: %j", async (hostile) => {
    const engine = open();
    await engine.ping();
    fake.asked.length = 0;
    const call = { method: "DELETE", path: hostile } as const;
    await expect(engine.request(call, { limitMs: 2_000 })).rejects.toMatchObject({ name: "UnsafeId" });
    await expect(engine.stream(call, AbortSignal.timeout(2_000))).rejects.toMatchObject({ name: "UnsafeId" });
    expect(fake.asked).toEqual([]);
  });
});
