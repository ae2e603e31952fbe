import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ground, startGround } from "../a-ground.ts";

/** It measures, and lets go of its work at the first checkpoint; the next attempt only beats. Its payload may have it ask too much. */
const source = (type: string, isolation: string): string => `
  import { defineExecutor, Type } from "longshore/executor";
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  export const executor = defineExecutor({
    type: "${type}", title: "${type}", isolation: "${isolation}", pause: "checkpoint",
    payload: Type.Object({ way: Type.String() }),
    run: async ({ payload, checkpoint, keep, progress, metric, heartbeat, pausing }) => {
      if (payload.way === "too many") for (let index = 0; ; index += 1) metric("m" + index, index);
      if (payload.way === "no number") metric("rows", 1 / 0);
      if (checkpoint !== null) {
        heartbeat();
        return { type: "completed", result: null };
      }
      for (let rows = 1; !pausing.aborted; rows += 1) {
        metric("rows", rows);
        progress({ percent: 50, message: "rows", metrics: { stolen: 1 } });
        await sleep(5);
      }
      metric("last", 7.5);
      await keep("done");
      metric("rows", -1);
      return { type: "paused" };
    },
  });`;

const KINDS = ["inline", "thread", "process"];
let ground: Ground;
beforeAll(async () => {
  ground = await startGround(
    { LONGSHORE_SLOTS: "2" },
    Object.fromEntries(KINDS.map((kind) => [kind, source(`test.${kind}`, kind)])),
  );
}, 60_000);
afterAll(() => ground.stop());

describe.each(KINDS)("work in isolation %s", (kind) => {
  it("sends the latest of its metrics, also those before its end, and begins each attempt with none", async () => {
    const { peer } = ground;
    const id = await ground.begin(`test.${kind}`, { way: "well" }, { pause: "checkpoint" });
    const told = async (number: number) =>
      (await peer.progress(id)).filter(({ attempt }) => attempt === number);
    for (const until = performance.now() + 20_000; (await told(1)).length < 4;)
      expect(performance.now(), "it never told of four steps").toBeLessThan(until);
    await peer.fact(id, { type: "pause-requested" });
    await peer.until("paused", () => peer.task(id).state === "paused", 20_000);
    const first = await told(1);
    expect(first.at(-1)).toMatchObject({ percent: 50, message: "rows", metrics: { rows: -1, last: 7.5 } });
    expect(Object.keys(first.at(-1)?.metrics ?? {}).toSorted()).toEqual(["last", "rows"]);
    const took = Date.parse(first.at(-1)?.at ?? "") - Date.parse(first[0]?.at ?? "");
    // The first at once, the last before the end, four each second between them.
    expect(first.length).toBeLessThanOrEqual(3 + took / 250);

    await peer.fact(id, { type: "resumed" });
    await peer.assign(id);
    await ground.settled(id);
    expect(await told(2)).toMatchObject([{ percent: null, message: "" }]);
    expect((await told(2))[0]).not.toHaveProperty("metrics");
  }, 60_000);

  it.each([
    ["too many", 'The metric "m32" is one too many: an attempt may have 32.'],
    ["no number", 'The metric "rows" must be a finite number.'],
  ])(
    "that asks for %s is told so",
    async (way, words) => {
      const end = await ground.run(`test.${kind}`, { way });
      expect(end).toMatchObject({
        type: "attempt-failed",
        error: { message: expect.stringContaining(words) },
      });
    },
    40_000,
  );
});
