import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Client, createClient } from "#client/http.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

let stack: TestStack;
let client: Client;
beforeAll(async () => {
  stack = await startStack();
  client = createClient({ baseUrl: stack.url, token: stack.token });
  const folder = join(stack.data, "executors");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "stand.executor.ts"), STAND);
  await until("the type is offered", async () =>
    (await client.types()).items.find(({ type }) => type === "stand"),
  );
}, 120_000);
afterAll(() => stack.stop(), 60_000);

/** Begins to work, stands still until a file is there, tells of its progress, and ends when it is told to. */
const STAND = `
  import { existsSync } from "node:fs";
  import { defineExecutor, Type } from "longshore/executor";
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  export const executor = defineExecutor({
    type: "stand",
    title: "Stand still",
    payload: Type.Object({ until: Type.String() }),
    isolation: "thread",
    repeatable: true,
    stuckAfterMs: 2_000,
    run: async ({ payload, progress, cancelled }) => {
      progress({ percent: 30, message: "waiting for the tide" });
      while (!existsSync(payload.until) && !cancelled.aborted) await sleep(500);
      while (!existsSync(payload.until + ".done") && !cancelled.aborted) {
        progress({ percent: 60, message: "afloat" });
        await sleep(500);
      }
      return cancelled.aborted ? { type: "cancelled" as const } : { type: "completed" as const, result: 7 };
    },
  });`;

const LONG = 60_000;
const stateIs = (id: string, state: string): Promise<unknown> =>
  until(`it is ${state}`, async () => (await client.task(id)).state === state, LONG);

const typesOf = async (id: string): Promise<string[]> =>
  (await client.events(id)).items.map(({ type }) => type);

it("work that stands still is called stuck with what was seen, goes on by itself, and ends well", async () => {
  const file = join(stack.data, "tide");
  const { id } = await client.submit({ type: "stand", payload: { until: file } });
  await stateIs(id, "stuck");
  const stalled = (await client.events(id)).items.find(({ type }) => type === "stalled");
  expect(stalled).toMatchObject({ actor: { kind: "monitor" }, from: "running.working", to: "stuck" });
  expect(stalled?.reason).toMatch(
    /^No progress, output or result for \d+ s\. It used 0\.\d s of processor time in that time and moved \d+ bytes\. Last progress: 30 %, “waiting for the tide”\.$/,
  );
  writeFileSync(file, "");
  await stateIs(id, "running.working");
  writeFileSync(`${file}.done`, "");
  await stateIs(id, "completed");
  expect(await typesOf(id)).toEqual(["submitted", "started", "stalled", "recovered", "completed"]);
}, 180_000);

it("what is stuck can be cancelled", async () => {
  const { id } = await client.submit({ type: "stand", payload: { until: join(stack.data, "never") } });
  await stateIs(id, "stuck");
  await client.cancel(id, "It will not come.");
  await stateIs(id, "cancelled");
  expect(await typesOf(id)).toEqual(["submitted", "started", "stalled", "cancel-requested", "cancelled"]);
}, 180_000);
