import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AttemptReportBody } from "#schema/reports.ts";
import { type Ground, startGround } from "../a-ground.ts";

/** What `run` may do that it should not, by the word with which a payload asks for it. */
const source = (type: string, isolation: string, more = ""): string => `
  import { defineExecutor, Type } from "longshore/executor";
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const cycle = {};
  cycle.self = cycle;
  const giant = "x".repeat(9 * 1024 * 1024);
  const WAYS = {
    well: () => ({ type: "completed", result: "well" }),
    "ends with nothing": () => undefined,
    "ends with a text": () => "done",
    "ends with an ending there is not": () => ({ type: "finished" }),
    "fails without an error": () => ({ type: "failed" }),
    "has a BigInt for its result": () => ({ type: "completed", result: { n: 10n } }),
    "has a cycle for its result": () => ({ type: "completed", result: cycle }),
    "has a giant for its result": () => ({ type: "completed", result: giant }),
    "has a giant for its error": () => ({ type: "failed", error: { code: giant, message: giant } }),
    "throws a text": () => { throw "only a text"; },
    "throws nothing": () => { throw undefined; },
    "throws what cannot be put into words": () => { throw Object.create(null); },
    "has a BigInt for its progress": ({ progress }) => { progress({ percent: 10n }); },
    "has a giant for its progress": ({ progress }) => { progress({ percent: 1, message: giant }); },
    "has a BigInt for its checkpoint": ({ keep }) => keep({ n: 10n }),
    "has a giant for its checkpoint": ({ keep }) => keep(giant),
    "submits a giant": ({ submit }) => submit({ type: "command", payload: { command: [giant] } }, "one"),
    "has a function for its result": () => ({ type: "completed", result: { of: () => 1, n: 1 } }),
    "has no result": () => ({ type: "completed" }),
    "says giants": async ({ output, log }) => {
      output("stdout", giant);
      output("stdout", giant, 1);
      log(10n);
      await sleep(300);
      return WAYS["has no result"]();
    },
    "goes on behind its end": (context) => {
      setTimeout(() => {
        context.log("said by who is gone");
        context.progress({ percent: 99, message: "said by who is gone" });
        void context.keep("kept by who is gone");
      }, 300);
      return WAYS.well();
    },
    "speaks for another": ({ progress }) => {
      progress({ percent: 5, message: "here", taskId: "another", attempt: "first", at: "soon" });
      return WAYS.well();
    },
    "takes its time": async () => { await sleep(1_000); return WAYS.well(); },
  };
  export const executor = defineExecutor({
    type: "${type}", title: "Faulty", isolation: "${isolation}", ${more}
    payload: Type.Object({ way: Type.String() }),
    run: async (context) => WAYS[context.payload.way](context),
  });`;

let ground: Ground;
beforeAll(async () => {
  ground = await startGround(
    { LONGSHORE_SLOTS: "1" },
    {
      inline: source("test.inline", "inline"),
      shared: source("test.shared", "inline", "repeatable: true,"),
      thread: source("test.thread", "thread"),
      process: source("test.process", "process"),
    },
  );
}, 60_000);
afterAll(() => ground.stop());

describe.each(["inline", "shared", "thread", "process"])("an executor (%s)", (kind) => {
  const begin = (way: string): Promise<string> =>
    ground.begin(`test.${kind}`, { way }, { repeatable: kind === "shared", pause: "none" });
  const run = async (way: string): Promise<AttemptReportBody | undefined> => {
    const id = await begin(way);
    await ground.settled(id, 9_000);
    return ground.peer.task(id).reports.at(-1)?.body;
  };

  it.each([
    ["ends with nothing", "no-ending"],
    ["ends with a text", "no-ending"],
    ["ends with an ending there is not", "no-ending"],
    ["fails without an error", "failed"],
    ["has a BigInt for its result", "not-json"],
    ["has a cycle for its result", "not-json"],
    ["has a giant for its result", "too-large"],
    ["has a giant for its error", "x".repeat(100)],
    ["throws a text", "executor-error"],
    ["throws nothing", "executor-error"],
    ["throws what cannot be put into words", "executor-error"],
    ["has a BigInt for its progress", "executor-error"],
    ["has a giant for its progress", "executor-error"],
    ["has a BigInt for its checkpoint", "executor-error"],
    ["has a giant for its checkpoint", "executor-error"],
    ["submits a giant", "executor-error"],
  ])(
    "that %s fails, and the next one runs",
    async (way, code) => {
      expect(await run(way)).toMatchObject({ type: "attempt-failed", error: { code } });
      expect(await run("well")).toMatchObject({ type: "completed", result: "well" });
    },
    30_000,
  );

  it.each([
    ["has a function for its result", { n: 1 }],
    ["has no result", undefined],
    ["says giants", undefined],
  ])(
    "that %s completes",
    async (way, result) => {
      const end = await run(way);
      expect(end).toMatchObject({ type: "completed" });
      expect(end?.type === "completed" && end.result).toEqual(result);
    },
    30_000,
  );

  it("that goes on behind its end is not taken for the next one", async () => {
    await run("goes on behind its end");
    const id = await begin("takes its time");
    await ground.settled(id);
    const { peer } = ground;
    expect(peer.task(id).reports.map(({ body }) => body.type)).toEqual(["started", "completed"]);
    expect(await peer.logs(id)).toEqual([]);
    expect(await peer.progress(id)).toEqual([]);
  }, 30_000);
});

it("says its own progress only, whatever it says", async () => {
  const id = await ground.begin("test.inline", { way: "speaks for another" });
  await ground.settled(id);
  expect(await ground.peer.progress(id)).toMatchObject([{ taskId: id, attempt: 1, percent: 5 }]);
});

it("takes no runner with it, whatever it does", () => {
  expect(ground.peer.hellos.every(({ boot }) => boot === ground.peer.hellos[0]?.boot)).toBe(true);
});
