import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "#client/http.ts";
import { logIn, openBrowser, type Page } from "../support/browser.ts";
import { lacks } from "../support/needs.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

describe.skipIf(lacks.browser)("a person sets limits and keeps templates in the console", () => {
  let stack: TestStack;
  let browser: Browser;
  let page: Page;
  let errors: string[];

  const client = () => createClient({ baseUrl: stack.url, token: stack.token });
  const sleeper = (name: string) => ({
    type: "command",
    name,
    queue: "quay",
    payload: { command: ["sleep", "600"] },
  });

  beforeAll(async () => {
    [stack, browser] = await Promise.all([startStack(), openBrowser()]);
    ({ page, errors } = await logIn(browser, stack));
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await stack.stop();
  }, 120_000);

  it("limits a queue to one at a time, and reads there and at the task why the second waits", async () => {
    await client().queues.pause("quay");
    await page.goto(`${stack.url}/queues`);
    const card = page.getByTestId("queue-quay");
    await card.getByTestId("queue-edit").click();
    await page.getByTestId("queue-concurrency").fill("1");
    await page.getByTestId("queue-save").click();
    await card.filter({ hasText: "1 at a time" }).waitFor();
    await card.getByTestId("queue-resume").click();
    await page.locator("[data-testid=queue-quay][data-state=open]").waitFor();

    const { items } = await client().submitMany([sleeper("First"), sleeper("Second")]);
    await card.locator(".reached").filter({ hasText: "1" }).waitFor({ timeout: 60_000 });
    const second = items[1]?.ok === true ? items[1].id : "";
    await page.goto(`${stack.url}/tasks/${second}`);
    await page.getByTestId("waiting").filter({ hasText: "quay" }).waitFor();
  }, 90_000);

  it("puts the waiting one off until later", async () => {
    await page.goto(`${stack.url}/tasks?text=Second`);
    await page.locator("[data-row-link]").first().click();
    await page.getByTestId("command-delay").click();
    await page.getByRole("dialog").getByText("1 h", { exact: true }).click();
    const id = page.url().split("/").at(-1) ?? "";
    await until("it has a due moment", async () => (await client().task(id)).dueAt !== null);
  }, 60_000);

  it("keeps a form as a template, which asks for its parameter and makes a task of it", async () => {
    await page.goto(`${stack.url}/new?type=command`);
    await page.locator("form#payload-form input").first().waitFor();
    await page.getByText("JSON", { exact: true }).click();
    await page.getByTestId("payload-json").fill('{"command":["echo","{{who}}"]}');
    await page.getByTestId("save-template").click();
    await page.getByTestId("template-name").fill("greet");
    await page.getByText("Asked for each time: who.").waitFor();
    await page.getByTestId("template-save").click();
    await until("it is kept", async () => (await client().templates.list()).items.length === 1);

    await page.goto(`${stack.url}/new?template=greet`);
    await page.locator("form#payload-form input").first().fill("the harbour");
    await page.getByTestId("template-submit").click();
    await page.getByTestId("task-state").waitFor();
    const id = page.url().split("/").at(-1) ?? "";
    expect((await client().task(id)).payload).toEqual({ command: ["echo", "the harbour"] });
  }, 60_000);

  it("cordons a runner and lets it take work again", async () => {
    await page.goto(`${stack.url}/runners`);
    await page.getByTestId("pool-cordon").click();
    await page.locator("[data-testid^=pool-] .reached").filter({ hasText: "Cordoned" }).waitFor();
    const [runner] = (await client().runners()).items;
    expect((await client().pools.get(runner?.id ?? "")).cordoned).toBe(true);
    await page.getByText("Take work again").click();
    await page.getByTestId("pool-cordon").waitFor();
    expect((await client().pools.get(runner?.id ?? "")).cordoned).toBe(false);
  }, 60_000);

  it("meets no error on the way", () => {
    expect(errors).toEqual([]);
  });
});
