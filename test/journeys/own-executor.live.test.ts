import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, createClient } from "#client/http.ts";
import { logIn, openBrowser } from "../support/browser.ts";
import { lacks } from "../support/needs.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

let stack: TestStack;
let client: Client;
let folder: string;
let browser: Browser | undefined;
beforeAll(async () => {
  stack = await startStack();
  client = createClient({ baseUrl: stack.url, token: stack.token });
  folder = join(stack.data, "executors");
  mkdirSync(folder, { recursive: true });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await stack.stop();
}, 60_000);

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
/** Counts for two seconds, and is not heard of any more. */
const TALLY = `
  import { defineExecutor, Type } from "longshore/executor";
  const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  export const executor = defineExecutor({
    type: "tally",
    title: "Tally",
    payload: Type.Object({}),
    run: async ({ metric, cancelled }) => {
      for (let counted = 1_001; counted <= 1_040; counted += 1) {
        metric("counted", counted);
        await sleep(50);
      }
      await new Promise((resolve) => cancelled.addEventListener("abort", resolve));
      return { type: "cancelled" as const };
    },
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
    const files = readdirSync("schema").filter((name) => name.endsWith(".ts")).length;
    const { bytes } = await until("the list tells its last count", async () => {
      const metrics = (await client.tasks({ type: "code.index" })).items[0]?.progress?.metrics;
      return (metrics?.["files"] ?? 0) >= files && metrics;
    });
    expect(bytes).toBeGreaterThan(100_000);
  }, 90_000);

  it.skipIf(lacks.browser)(
    "shows what it measures as it goes, and when it was last heard of once it is quiet",
    async () => {
      browser = await openBrowser();
      const { page, errors } = await logIn(browser, stack);
      const open = (id: string) => page.goto(`${stack.url}/tasks/${id}`);
      const [indexed] = (await client.tasks({ type: "code.index" })).items;
      await open(indexed?.id ?? "");
      const bytes = Number(indexed?.progress?.metrics?.["bytes"]).toLocaleString("en-GB");
      await page.getByTestId("metric-bytes").filter({ hasText: bytes }).waitFor();

      writeFileSync(join(folder, "tally.executor.ts"), TALLY);
      await offered("tally");
      const { id } = await client.submit({ type: "tally", payload: {} });
      await open(id);
      const counted = page.getByTestId("metric-counted");
      await counted.filter({ hasText: "1,040" }).waitFor();
      await page.getByText(/last sign of life 1\d s ago/).waitFor();
      await client.cancel(id);
      await page.getByText("last sign of life").waitFor({ state: "detached" });
      await until("its end", async () => (await client.task(id)).state === "cancelled");
      expect(await counted.innerText()).toContain("1,040");
      expect(errors).toEqual([]);
    },
    120_000,
  );
});
