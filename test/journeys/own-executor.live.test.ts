import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, createClient } from "#client/http.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

let stack: TestStack;
let client: Client;
let folder: string;
beforeAll(async () => {
  stack = await startStack();
  client = createClient({ baseUrl: stack.url, token: stack.token });
  folder = join(stack.data, "executors");
  mkdirSync(folder, { recursive: true });
}, 120_000);
afterAll(() => stack.stop(), 60_000);

const greeting = (word: string): string => `
  import { defineExecutor, Type } from "longshore/executor";
  export const executor = defineExecutor({
    type: "greet",
    title: "Greeting",
    payload: Type.Object({ who: Type.String({ maxLength: 100 }) }, { additionalProperties: false }),
    naming: "Greet {who}",
    isolation: "thread",
    repeatable: true,
    run: async ({ payload }) => ({ type: "completed" as const, result: \`${word}, \${payload.who}.\` }),
  });`;
const offered = (type: string) =>
  until(`type ${type} is offered`, async () => (await client.types()).items.find((one) => one.type === type));
const resultOf = (type: string, payload: unknown): Promise<unknown> =>
  client.submit({ type, payload }).then(({ id }) =>
    until(
      `${type} is done`,
      async () => {
        const { state, context } = await client.task(id);
        if (state === "failed") throw new Error(context.error?.message);
        return state === "completed" ? { result: context.result } : undefined;
      },
      30_000,
    ),
  );

describe("an executor of one's own", () => {
  it("is there as soon as its file is, and anew when the file changes, with nothing restarted", async () => {
    const pids = stack.pids();
    writeFileSync(join(folder, "greet.executor.ts"), greeting("Hello"));
    expect(await offered("greet")).toMatchObject({ title: "Greeting", naming: "Greet {who}" });
    expect(await resultOf("greet", { who: "Ada" })).toMatchObject({ result: { value: "Hello, Ada." } });
    await expect(client.submit({ type: "greet", payload: { whom: 1 } })).rejects.toMatchObject({
      status: 400,
    });
    writeFileSync(join(folder, "greet.executor.ts"), greeting("Welcome"));
    await until("the new code is at work", async () => {
      const done = await resultOf("greet", { who: "Bob" });
      return JSON.stringify(done).includes("Welcome, Bob.");
    });
    expect(stack.pids()).toEqual(pids);
  }, 90_000);

  it("that is broken is told with its reason, and the others go on", async () => {
    writeFileSync(join(folder, "broken.executor.js"), "export const executor = {;");
    const [fault] = await until("the fault", async () => {
      const { faults } = (await client.runners()).items[0] ?? { faults: [] };
      return faults.length > 0 ? faults : undefined;
    });
    expect(fault?.file).toContain("broken.executor.js");
    expect(await resultOf("greet", { who: "Eve" })).toMatchObject({ result: { value: "Welcome, Eve." } });
  }, 60_000);

  it("may be one of the examples: an index of code is made, and searched", async () => {
    cpSync("examples/executors", folder, { recursive: true });
    await offered("code.search");
    const index = join(stack.data, "index.json");
    await resultOf("code.index", { folder: join(process.cwd(), "schema"), index });
    const found = await resultOf("code.search", { index, query: "taskMachine" });
    expect(JSON.stringify(found)).toContain("task.machine.ts");
  }, 90_000);
});
