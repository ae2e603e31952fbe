import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEngine } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import { createPull } from "../../../../../../services/runner/executors/docker/pull/pull-image.ts";
import { startRegistry, type TestRegistry } from "../../../../../support/a-registry.ts";
import { lacks } from "../../../../../support/needs.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { type RecordingEngine, startRecordingEngine } from "../engine/recording-engine.ts";

describe.skipIf(lacks.docker)("a pull whose answers break off", () => {
  let registry: TestRegistry;
  let recorded: RecordingEngine;
  beforeAll(async () => {
    registry = await startRegistry();
    recorded = await startRecordingEngine(join(temporaryFolder("engine"), "docker.sock"));
  }, 60_000);
  afterAll(async () => {
    await recorded.close();
    await registry.close();
  }, 60_000);

  it("is asked for three times, and then fails to be tried again later", async () => {
    const image = registry.add();
    const engine = openEngine({ dial: { kind: "socket", path: recorded.path }, address: null, pinned: null });
    recorded.breakOff = /images\/create/;
    const pull = createPull(engine, { image }, new AbortController().signal, () => undefined);
    await expect(pull()).rejects.toMatchObject({ name: "PullFailed", code: "cut-off", retryable: true });
    const creates = recorded.changes();
    expect(creates).toHaveLength(3);
    expect(creates[0]).toMatch(/^POST \/images\/create\?fromImage=127\.0\.0\.1%3A\d+%2F[\w%-]+&tag=1$/);
  }, 60_000);
});
