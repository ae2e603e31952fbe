import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "#client/http.ts";
import { logIn, openBrowser, type Page } from "../support/browser.ts";
import { lacks } from "../support/needs.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

/** More than one page of the list holds (100). */
const MANY = 130;

describe.skipIf(lacks.browser)("a person steers many tasks at once in the console", () => {
  let stack: TestStack;
  let browser: Browser;
  let page: Page;
  let errors: string[];

  const client = () => createClient({ baseUrl: stack.url, token: stack.token });
  const statesOf = async (queue: string): Promise<readonly string[]> => {
    const first = await client().tasks({ queue, limit: 500 });
    return first.items.map(({ state }) => state);
  };
  const everyIs = (queue: string, state: string): Promise<unknown> =>
    until(
      `all of ${queue} are ${state}`,
      async () => {
        const states = await statesOf(queue);
        return states.length === MANY && states.every((each) => each === state);
      },
      60_000,
    );

  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), openBrowser()]);
    ({ page, errors } = await logIn(browser, stack));
    await client().queues.pause("harbour");
    const { items } = await client().submitMany([
      ...Array.from({ length: MANY }, (_, index) => ({
        type: "command",
        name: `Crate ${index}`,
        queue: "harbour",
        payload: { command: ["true"] },
      })),
      { type: "command", name: "Elsewhere", queue: "elsewhere", payload: { command: ["true"] } },
    ]);
    expect(items.filter(({ ok }) => !ok)).toEqual([]);
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await stack.stop();
  }, 120_000);

  it("selects all that match, also those that are not loaded, and is told what would happen", async () => {
    await page.goto(`${stack.url}/tasks?queue=harbour`);
    await page.locator("[data-testid^=task-row-]").first().waitFor();
    await page.getByTestId("select-loaded").click();
    await page.getByTestId("select-matching").click();
    await page.getByTestId("batch-pause").click();
    await page.getByTestId("batch-outlook").waitFor();
    expect(await page.getByTestId("batch-outlook").innerText()).toContain(`All ${MANY} can be paused.`);
    expect(new Set(await statesOf("harbour")), "a preview does nothing").toEqual(new Set(["queued"]));
  }, 60_000);

  it("pauses them, sees the result without leaving the page, and touches nothing else", async () => {
    await page.getByTestId("batch-run").click();
    await page.locator("[data-testid=batch-strip][data-state=finished]").waitFor();
    expect(await page.getByTestId("batch-title").innerText()).toBe(`Paused ${MANY} of ${MANY} tasks`);
    await everyIs("harbour", "paused");
    await until("the other queue's task went its way", async () =>
      (await statesOf("elsewhere")).every((state) => state === "completed"),
    );
  }, 60_000);

  it("puts them back with one press", async () => {
    await page.getByTestId("batch-undo").click();
    await page
      .getByTestId("batch-title")
      .filter({ hasText: `Put back ${MANY} of ${MANY} tasks` })
      .waitFor();
    await everyIs("harbour", "queued");
    expect(await page.getByTestId("batch-undo").count(), "an undo is not undone").toBe(0);
  }, 60_000);

  it("meets no error on the way", () => {
    expect(errors).toEqual([]);
  });
});
