import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openEngine } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import { planVolumes } from "../../../../../../services/runner/executors/docker/prune/plan-volumes.ts";
import { surveyEngine } from "../../../../../../services/runner/executors/docker/prune/survey.ts";
import { usersAmong } from "../../../../../../services/runner/executors/docker/prune/users.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { type FakeEngine, startFakeEngine } from "../engine/fake-engine.ts";
import { rules, rulesBy } from "./a-survey.ts";

const NOW = "2026-11-20T12:00:00.123456789Z";
const hex = (digit: string): string => digit.repeat(64);
const uses = { observedSince: null, gaps: [], images: new Map(), volumes: new Map() };

/** The volumes of the live test on API 1.41, as an engine of any version lists them. */
const volumesOn = (labelled: boolean) =>
  [
    { name: hex("a"), users: 0 },
    { name: hex("b"), users: 1 },
    { name: "named-free", users: 0 },
    { name: "named-used", users: 1 },
    { name: hex("c"), users: -1 },
  ].map(({ name, users }) => ({
    Name: name,
    Driver: "local",
    Scope: "local",
    Mountpoint: `/v/${name}`,
    Options: null,
    CreatedAt: "2026-01-01T00:00:00Z",
    Labels: labelled && name.length === 64 ? { "com.docker.volume.anonymous": "" } : null,
    UsageData: { Size: users < 0 ? -1 : 10, RefCount: users },
  }));

describe("volumes of engines of several ages", () => {
  let fake: FakeEngine;
  let path: string;
  beforeEach(async () => {
    path = join(temporaryFolder("fake"), "docker.sock");
    fake = await startFakeEngine(path);
  });
  afterEach(() => fake.close());

  it.each([
    { apiVersion: "1.41", labelled: false, types: [] },
    { apiVersion: "1.44", labelled: true, types: ["volume"] },
    { apiVersion: "1.47", labelled: true, types: ["volume"] },
  ])("are judged alike: API $apiVersion", async ({ apiVersion, labelled, types }) => {
    const volumes = volumesOn(labelled);
    fake.version = { Version: "0", ApiVersion: apiVersion, MinAPIVersion: "1.24" };
    fake.info = { ID: "fake", SystemTime: NOW };
    fake.others = {
      "/system/df": { LayersSize: 0, Containers: null, Images: null, Volumes: volumes, BuildCache: null },
      "/volumes": { Volumes: volumes.map((volume) => ({ ...volume, UsageData: null })) },
      "/containers/json": [
        {
          Id: hex("d"),
          Names: ["/user"],
          State: "running",
          Created: 0,
          Mounts: [
            { Type: "volume", Name: hex("b") },
            { Type: "volume", Name: "named-used" },
          ],
        },
      ],
    };
    const engine = openEngine({ dial: { kind: "socket", path }, address: null, pinned: null });
    const seen = await surveyEngine(
      engine,
      { kinds: new Set(["volume"]), uses, apiVersion },
      new AbortController().signal,
    );
    expect(seen.now).toBe(Date.parse(NOW));
    const judged = planVolumes(seen, rules(), { wanted: {}, users: usersAmong(seen.containers) });
    expect(rulesBy(judged)).toEqual({
      [hex("a")]: "act:anonymous",
      [hex("b")]: "in-use",
      "named-free": "named",
      "named-used": "in-use",
      [hex("c")]: "unknown-use",
    });
    const [measured = ""] = fake.asked.filter((url) => url.includes("/df"));
    expect(new URL(measured, "http://engine").pathname).toBe(`/v${apiVersion}/system/df`);
    expect(new URL(measured, "http://engine").searchParams.getAll("type")).toEqual(types);
  });
});
