import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { definitionOf } from "#schema/task.evolve.ts";
import { aWorld, type World } from "../../../support/a-world.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { until } from "../../../support/until.ts";
import { type RunnerProcess, startRunnerProcess } from "../../runner/program.ts";

const common = `
  import { defineExecutor, Type } from "longshore/executor";
  const define = (type, isolation, run) => defineExecutor({
    type, title: type, payload: Type.Object({}, { additionalProperties: true }), isolation,
    repeatable: true, pause: "checkpoint", retry: { maxAttempts: 3, initialMs: 10, factor: 1, maxMs: 10, jitter: 0 },
    run,
  });`;

/** Fails once after it has submitted its children, so that it asks for them again. */
const FAMILY = `${common}
  export const executor = define("family", "process", async (job) => {
    const one = await job.submit({ type: "number", payload: { n: 1 } }, "one");
    const two = await job.submit({ type: "number", payload: { n: 2, text: "x".repeat(40000) } }, "two");
    const sum = await job.submit({ type: "sum", payload: {}, after: [one, two] }, "sum");
    if (job.checkpoint === null) {
      await job.keep({ begun: true });
      throw new Error("once more");
    }
    const refused = await job.submit({ type: "number", payload: {}, after: ["nobody"] }, "refused").catch((error) => error);
    return { type: "completed", result: { children: [one, two, sum], refused: [refused.name, refused.code, refused.message] } };
  });`;
const NUMBER = `${common}
  export const executor = define("number", "inline", async ({ payload }) => ({ type: "completed", result: payload }));`;
const SUM = `${common}
  export const executor = define("sum", "thread", async (job) => {
    let sum = 0;
    const states = [];
    for await (const { result, state } of job.results()) {
      sum += result.n;
      states.push(state);
    }
    return { type: "completed", result: { sum, states } };
  });`;
/** One after another, each waited for. */
const MANY = `${common}
  export const executor = define("many", "thread", async (job) => {
    for (let n = 0; n < 100; n += 1) await job.submit({ type: "number", payload: { n } }, String(n));
    return { type: "completed", result: null };
  });`;

let world: World;
let runner: RunnerProcess;

beforeEach(async () => {
  const folder = join(temporaryFolder("family"), "executors");
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries({ family: FAMILY, number: NUMBER, sum: SUM, many: MANY }))
    writeFileSync(join(folder, `${name}.executor.js`), text);
  world = await aWorld();
  runner = await startRunnerProcess(world.nats, { LONGSHORE_EXECUTORS: folder });
});
afterEach(async () => {
  await runner.stop();
  await world.end();
});

const resultOf = async (id: string): Promise<unknown> => {
  const { whole } = await world.journal.next(id, "completed");
  return whole?.result && "value" in whole.result ? whole.result.value : whole?.result;
};

/** Submits it as soon as the runner has told of its type. */
const begun = (type: string): Promise<string> =>
  until(
    `the type ${type}`,
    async () => {
      const reply = await world.edge.submit({ type });
      return reply.ok && reply.taskId;
    },
    60_000,
  );
const children = (parent: string) =>
  world.journal.taskFacts().filter(({ type, actor }) => type === "submitted" && actor.id === parent);

describe("work", () => {
  it("submits children once for all its attempts, and a child reads what those before it left", async () => {
    const parent = await begun("family");
    const { children: ids, refused } = (await resultOf(parent)) as { children: string[]; refused: string[] };
    expect(world.journal.of(parent).map(({ type }) => type)).toContain("attempt-failed");
    expect(children(parent).map(({ taskId }) => taskId)).toEqual(ids);
    expect(await resultOf(String(ids[2]))).toEqual({ sum: 3, states: ["completed", "completed"] });
    expect(refused.slice(0, 2)).toEqual(["Refused", "invalid"]);
    expect(refused[2]).toContain("after/0");
    const { whole } = await world.journal.next(String(ids[2]), "completed");
    if (!whole) throw new Error("its last fact does not carry it whole");
    expect(definitionOf(whole)).toMatchObject({ parent, submittedBy: { kind: "task", id: parent } });
  });

  it("submits each of its children once although the scheduler is replaced in the middle", async () => {
    const parent = await begun("many");
    await until("some children", () => children(parent).length >= 20);
    await world.restart();
    await resultOf(parent);
    expect(children(parent).map(({ cause }) => cause)).toEqual(
      Array.from({ length: 100 }, (_, n) => `${parent}:${n}`),
    );
  });
});
