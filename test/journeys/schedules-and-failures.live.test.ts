import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "#client/http.ts";
import { logIn, openBrowser, type Page } from "../support/browser.ts";
import { lacks } from "../support/needs.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

/** How many tasks fail the same way. */
const FAILING = 5;

describe.skipIf(lacks.browser)(
  "a person sets up recurring work and mends what failed, in the console",
  () => {
    let stack: TestStack;
    let browser: Browser;
    let page: Page;
    let errors: string[];

    const client = () => createClient({ baseUrl: stack.url, token: stack.token });

    beforeAll(async () => {
      [stack, browser] = await Promise.all([startStack(), openBrowser()]);
      ({ page, errors } = await logIn(browser, stack));
    }, 180_000);
    afterAll(async () => {
      await browser.close();
      await stack.stop();
    }, 120_000);

    it("makes a schedule, sees when it will run, and runs it now", async () => {
      await page.goto(`${stack.url}/schedules`);
      await page.getByTestId("new-schedule").first().click();
      await page.getByTestId("schedule-name").fill("Nightly look");
      await page.getByTestId("schedule-cron").fill("30 2 * * *");
      await page.getByTestId("next-runs").filter({ hasText: "Every day at 02:30." }).waitFor();
      await page.locator("form#payload-form input").first().waitFor();
      await page.getByTestId("schedule-save").click();
      await page.getByTestId("schedule-history").filter({ hasText: "Made" }).waitFor();
      const [schedule] = (await client().schedules.list()).items;
      expect(schedule).toMatchObject({ name: "Nightly look", cron: "30 2 * * *", state: "active" });
      expect(schedule?.firesAt).not.toBeNull();

      await page.getByTestId("schedule-run").click();
      await page.getByTestId("last-task").waitFor();
      const items = await until("the list has its task", async () => {
        const found = (await client().tasks({ schedule: schedule?.id ?? "" })).items;
        return found.length > 0 && found;
      });
      expect(items, "run once").toHaveLength(1);
      expect(await page.getByTestId("last-task").getAttribute("href")).toBe(`/tasks/${items[0]?.id}`);
    }, 90_000);

    it("finds what failed the same way as one group, and retries it whole", async () => {
      await client().submitMany(
        Array.from({ length: FAILING }, (_, index) => ({
          type: "command",
          name: `Mount ${index}`,
          queue: "mounts",
          payload: { command: ["sh", "-c", "echo the share is away >&2; exit 32"] },
        })),
      );
      await page.goto(`${stack.url}/failed`);
      const group = page.locator("[data-testid^=group-]").filter({ hasText: "exit-32" });
      await group
        .locator(".group-count")
        .filter({ hasText: new RegExp(`^${FAILING}$`) })
        .waitFor();
      await group.getByTestId("redrive").click();
      await page.getByTestId("redrive-run").click();
      await page.locator("[data-testid=batch-strip][data-state=finished]").waitFor();
      expect(await page.getByTestId("batch-title").innerText()).toBe(
        `Retried ${FAILING} of ${FAILING} tasks`,
      );
      await until(
        "each has run a second time",
        async () => {
          const { items } = await client().tasks({ queue: "mounts" });
          return items.every(({ attempt, tag }) => attempt === 2 && tag === "settled");
        },
        60_000,
      );
    }, 90_000);

    it("repeats one of them with changes, from the form filled in", async () => {
      const group = page.locator("[data-testid^=group-]").filter({ hasText: "exit-32" });
      await group.locator(".record-title").click();
      await group.getByTestId("edit-and-retry").first().click();
      await page.getByTestId("repeats").waitFor();
      await page.getByText("JSON", { exact: true }).click();
      await page.getByTestId("payload-json").fill('{"command":["true"]}');
      await page.getByTestId("new-task-submit").click();
      await page.getByTestId("relations").filter({ hasText: "Repeats" }).waitFor();
      const id = page.url().split("/").at(-1) ?? "";
      await until(
        "it went well this time",
        async () => (await client().task(id)).state === "completed",
        60_000,
      );
      expect((await client().task(id)).retryOf?.name).toMatch(/^Mount \d$/);
    }, 90_000);

    it("meets no error on the way", () => {
      expect(errors).toEqual([]);
    });
  },
);
