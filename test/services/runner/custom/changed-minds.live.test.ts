import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aWorld, type World } from "../../../support/a-world.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { until } from "../../../support/until.ts";
import { type RunnerProcess, startRunnerProcess } from "../program.ts";

const source = (type: string, run: string, more = ""): string => `
  import { defineExecutor, Type } from "longshore/executor";
  const tooDeep = Array.from({ length: 200 }).reduce((inner) => ({ inner }), null);
  export const executor = defineExecutor({
    type: "${type}", title: "${type}", payload: Type.Object({}), isolation: "process", ${more}
    run: ${run},
  });`;

const REFUSED = source(
  "refused",
  `async (job) => {
    await job.keep("sound");
    const { name, code, message } = await job.keep(tooDeep).catch((error) => error);
    return { type: "completed", result: { name, code, message, checkpoint: job.checkpoint } };
  }`,
);
const CARELESS = source(
  "careless",
  `async (job) => {
    void job.keep(tooDeep);
    await job.keep("sound");
    return { type: "completed", result: job.checkpoint };
  }`,
);
const DID = `async () => ({ type: "completed", result: "done to something" })`;
const plans = (type: string): string =>
  source(type, DID, `plan: async () => ({ type: "planned", plan: { items: [{ id: "a", name: "a" }] } }),`);

let world: World;
let runner: RunnerProcess;
let folder: string;

const write = (name: string, text: string): void => writeFileSync(join(folder, `${name}.executor.js`), text);
/** Waits until the type is announced with or without plans. */
const announced = (type: string, planning: boolean): Promise<unknown> =>
  until(
    `${type} ${planning ? "with" : "without"} plans`,
    () => {
      const joined = world.journal.facts.findLast(({ fact }) => fact.type === "joined")?.fact;
      const { types = [] } =
        (joined as { data?: { types?: { type: string; plans: boolean }[] } })?.data ?? {};
      return types.some((one) => one.type === type && one.plans === planning);
    },
    40_000,
  );
const result = async (type: string): Promise<unknown> => {
  await announced(type, false);
  const { whole } = await world.journal.next(await world.submit({ type }), "completed");
  return whole?.result && "value" in whole.result ? whole.result.value : whole?.result;
};

beforeAll(async () => {
  folder = join(temporaryFolder("minds"), "executors");
  mkdirSync(folder, { recursive: true });
  write("refused", REFUSED);
  write("careless", CARELESS);
  write("seen", plans("seen"));
  write("unseen", plans("unseen"));
  world = await aWorld();
  runner = await startRunnerProcess(world.nats, { LONGSHORE_EXECUTORS: folder });
}, 60_000);
afterAll(async () => {
  await runner?.stop();
  await world?.end();
});

describe("a report that the scheduler refuses", () => {
  it("is told to the work that waits for it, and the checkpoint before it counts", async () => {
    expect(await result("refused")).toEqual({
      name: "Refused",
      code: "not-recorded",
      message: "It may be at most 100 levels deep.",
      checkpoint: "sound",
    });
  }, 60_000);

  it("ends nobody who does not wait for it", async () => {
    expect(await result("careless")).toBe("sound");
  }, 60_000);
});

describe("a type that makes no plans any more", () => {
  const refusalOf = async (id: string) =>
    (await world.journal.next(id, "attempt-failed")).data["error"] as { code: string; message: string };

  it("does nothing under a yes to the plan it made before", async () => {
    await announced("seen", true);
    const id = await world.submit({ type: "seen", approval: true });
    const planned = await world.journal.next(id, "planned");
    write("seen", source("seen", DID));
    await announced("seen", false);
    const { number, hash } = (planned.data as { plan: { number: number; hash: string } }).plan;
    expect(await world.edge.wish(id, { type: "approve", plan: number, hash })).toMatchObject({ ok: true });
    expect(await refusalOf(id)).toMatchObject({
      code: "no-plan",
      message: expect.stringContaining("makes no plans any more") as string,
    });
  }, 60_000);

  it("does nothing without the yes that was asked for", async () => {
    await announced("unseen", true);
    await world.edge.about("queue", { queue: "later", command: { type: "pause" } });
    const id = await world.submit({ type: "unseen", approval: true, queue: "later" });
    write("unseen", source("unseen", DID));
    await announced("unseen", false);
    await world.edge.about("queue", { queue: "later", command: { type: "resume" } });
    expect(await refusalOf(id)).toMatchObject({ code: "no-plan" });
  }, 60_000);
});
