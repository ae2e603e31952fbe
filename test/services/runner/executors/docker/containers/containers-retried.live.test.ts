import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lacks } from "../../../../../support/needs.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { type BulkGround, bulkGround } from "../bulk/a-bulk-ground.ts";
import { type RecordingEngine, startRecordingEngine } from "../engine/recording-engine.ts";

const COUNT = 6;
const BROKEN = [1, 4];

describe.skipIf(lacks.docker)("a retry of what failed", () => {
  let ground: BulkGround;
  let engine: RecordingEngine;
  const programs = join(temporaryFolder("programs"), "programs");
  const program = join(programs, "idle.sh");
  const mend = (): void => {
    writeFileSync(program, '#!/bin/sh\ntrap "exit 0" TERM\nsleep 86400 & wait\n');
    chmodSync(program, 0o755);
  };
  const breakIt = (): void => chmodSync(program, 0o644);
  beforeAll(async () => {
    mkdirSync(programs);
    mend();
    engine = await startRecordingEngine(join(temporaryFolder("recording"), "docker.sock"));
    ground = await bulkGround(COUNT, {
      socket: engine.path,
      like: (index) =>
        BROKEN.includes(index)
          ? { Cmd: ["/programs/idle.sh"], HostConfig: { Binds: [`${programs}:/programs`] } }
          : {},
    });
  }, 120_000);
  afterAll(async () => {
    await ground.end();
    await engine.close();
  }, 60_000);

  it.each(["start", "restart"])(
    "touches only those, and brings them up: %s",
    async (action) => {
      if (action === "start") await ground.runs.run({ action: "stop", ids: [...ground.containers.names] });
      breakIt();
      const id = await ground.begin(action);
      const first = await ground.runs.settled(id);
      expect(first.state).toBe("completed");
      expect(first.context.outcome).toBe("partial");
      expect(first.context.counts).toMatchObject({ done: COUNT - BROKEN.length, failed: BROKEN.length });
      mend();
      engine.asked.length = 0;
      await ground.peer.fact(id, { type: "revived", items: "failed" });
      await ground.peer.assign(id);
      const second = await ground.runs.settled(id);
      expect(second.context.counts).toMatchObject({ done: COUNT, failed: 0 });
      expect(second.context.outcome).toBe("full");
      const touched = engine.changes().map((line) => /containers\/([0-9a-f]{64})\//.exec(line)?.[1]);
      const failed = first.items.filter(({ outcome }) => outcome === "failed").map(({ index }) => index);
      expect(new Set(failed)).toEqual(new Set(BROKEN));
      expect(touched).toHaveLength(BROKEN.length);
      expect([...(await ground.containers.states()).values()]).toEqual(
        ground.containers.names.map(() => "running"),
      );
    },
    120_000,
  );
});
