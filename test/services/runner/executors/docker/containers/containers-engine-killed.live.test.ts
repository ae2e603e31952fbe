import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lacks } from "../../../../../support/needs.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { type BulkGround, bulkGround } from "../bulk/a-bulk-ground.ts";
import { type OwnEngine, startOwnEngine } from "../engine/own-engine.ts";

const COUNT = 100;
/** Tells of its starts and its ends in a file of its own: the engine's events end with the engine. */
const WITNESS =
  'echo start >> /marks/$PLACE; trap "echo end >> /marks/$PLACE; exit 0" TERM; sleep 86400 & wait';

describe.skipIf(lacks.ownEngine)("bulk work whose engine is killed", () => {
  let dockerd: OwnEngine;
  let ground: BulkGround;
  const marks = join(temporaryFolder("marks"), "marks");
  beforeAll(async () => {
    mkdirSync(marks);
    dockerd = await startOwnEngine();
    const like = (place: number) => ({
      Cmd: ["/bin/sh", "-c", WITNESS],
      Env: [`PLACE=${place}`],
      HostConfig: { Binds: [`${marks}:/marks`] },
    });
    ground = await bulkGround(COUNT, { own: dockerd, like });
  }, 240_000);
  afterAll(async () => {
    // To remove the containers it takes an engine.
    await dockerd.start();
    await ground.end();
    await dockerd.stop();
  }, 120_000);

  const eachSaw = (): string[] =>
    ground.containers.names.map((_, place) =>
      readFileSync(join(marks, String(place)), "utf8")
        .trim()
        .replaceAll("\n", " "),
    );
  const forget = (): void => {
    for (const place of ground.containers.names.keys()) writeFileSync(join(marks, String(place)), "");
  };

  it.each([
    { action: "stop", saw: "end", done: COUNT },
    // An engine that is killed between making a process and noting it loses track of the container for good, takes it for
    // stopped or answers that it exists already: nothing of ours can mend that, so it is told, and nothing is done twice.
    { action: "restart", saw: "end start", done: 0.8 * COUNT },
  ])(
    "waits with $action through three kills of the engine, and no container sees it twice",
    async ({ action, saw, done: least }) => {
      await ground.containers.startAll();
      forget();
      const id = await ground.begin(action, { concurrency: 8 });
      for (const done of [10, 40, 70]) {
        await ground.runs.doneAtLeast(id, done);
        await dockerd.kill9();
        await ground.peer.until(
          "waiting",
          () => ground.peer.task(id).state === "running.waiting-for-host",
          30_000,
        );
        await dockerd.start();
      }
      const task = await ground.runs.settled(id, 180_000);
      expect(task.state).toBe("completed");
      const done = new Set(task.items.filter(({ outcome }) => outcome === "done").map(({ index }) => index));
      const unexpected = (): string[] =>
        eachSaw().filter((seen, place) => (done.has(place) ? seen !== saw : !saw.startsWith(seen)));
      // A container says that it has started a moment after the engine does.
      await ground.peer
        .until("all have said so", () => unexpected().length === 0, 10_000)
        .catch(() => undefined);
      expect(unexpected()).toEqual([]);
      expect(done.size).toBeGreaterThanOrEqual(least);
      expect(task.items).toHaveLength(COUNT);
      for (const { index, outcome, message } of task.items)
        if (!done.has(index))
          expect([outcome, message]).toEqual([
            expect.stringMatching(/failed|skipped/),
            expect.stringMatching(/\S/),
          ]);
      expect(task.context.failures).toBe(0);
    },
    300_000,
  );
});
