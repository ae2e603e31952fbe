import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ItemResult } from "#schema/items.ts";
import { lacks } from "../../support/needs.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { type BulkGround, bulkGround } from "./a-bulk-ground.ts";
import { type OwnEngine, startOwnEngine } from "./own-engine.ts";

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

  /**
   * An engine that is killed between making a process and noting it takes the container for stopped ever after, and answers
   * every start with this: nothing of ours can mend it, so it is told as the failure it is.
   */
  const isLostTrackOf = ({ outcome, message = "" }: ItemResult): boolean =>
    outcome === "failed" && message.endsWith("id already in use");

  it.each([
    { action: "stop", saw: "end" },
    { action: "restart", saw: "end start" },
  ])(
    "waits with $action through three kills of the engine, and each container sees it exactly once",
    async ({ action, saw }) => {
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
      expect(task.items.filter((item) => item.outcome !== "done" && !isLostTrackOf(item))).toEqual([]);
      expect(task.items).toHaveLength(COUNT);
      expect(task.context.failures).toBe(0);
      expect(eachSaw()).toEqual(ground.containers.names.map(() => saw));
    },
    300_000,
  );
});
