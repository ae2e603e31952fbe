import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "#client/http.ts";
import type { ItemRow } from "#schema/api.ts";
import { logIn, openBrowser, type Page } from "../support/browser.ts";
import { startContainers, type TestContainers } from "../support/containers.ts";
import { lacks } from "../support/needs.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

/** So slow to end that a person can cancel in the middle. */
const SLOW = { Cmd: ["/bin/sh", "-c", 'trap "sleep 1; exit 0" TERM; sleep 86400 & wait'] };

describe.skipIf(lacks.docker || lacks.browser)("a person stops 100 containers in the console", () => {
  let stack: TestStack;
  let containers: TestContainers;
  let browser: Browser;
  let page: Page;
  let errors: string[];
  let id = "";

  const client = () => createClient({ baseUrl: stack.url, token: stack.token });
  const items = async (): Promise<readonly ItemRow[]> => (await client().items(id, { limit: 1_000 })).items;
  /** What the chips above the items say, by outcome. */
  const chip = async (outcome: string): Promise<number> => {
    const found = page.getByTestId(`outcome-${outcome}`);
    return (await found.count()) === 0
      ? 0
      : Number((await found.locator("b").innerText()).replaceAll(",", ""));
  };
  const stateShown = (): Promise<string> =>
    page.locator("article").getByTestId("task-state").first().innerText();

  beforeAll(async () => {
    [stack, containers, browser] = await Promise.all([
      startStack(),
      startContainers(100, { like: () => SLOW }),
      openBrowser(),
    ]);
    ({ page, errors } = await logIn(browser, stack));
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await containers.remove();
    await stack.stop();
  }, 120_000);

  it("selects them all, confirms, and sees live progress without leaving the page", async () => {
    await page.goto(`${stack.url}/containers`);
    await page.getByTestId("container-filter").fill(containers.names[0]?.slice(0, -4) ?? "");
    await page.getByTestId(`container-row-${containers.names[0]}`).waitFor();
    await page.getByTestId("select-all").click();
    await page.getByTestId("bulk-stop").click();
    await page.getByTestId("confirm-run").click();
    const strip = page.getByTestId("run-strip");
    await strip.getByTestId("run-link").waitFor();
    id = (await strip.getByTestId("run-link").getAttribute("href"))?.split("/").at(-1) ?? "";
    const seen = new Set<string>();
    await until("about a third are stopped, as the page shows it", async () => {
      const shown = await strip
        .getByTestId("progress-counts")
        .innerText({ timeout: 5_000 })
        .catch(() => "");
      seen.add(shown);
      return Number(/^([\d,]+) done/.exec(shown)?.[1] ?? 0) >= 30;
    });
    expect(seen.size, "it moved while it was watched").toBeGreaterThan(3);
  }, 60_000);

  it("cancels at about half, and sees exactly which were stopped and which were not", async () => {
    await page.getByTestId("run-strip").getByTestId("command-cancel").click();
    await page.getByTestId("confirm-cancel").click();
    await page.getByTestId("run-link").click();
    await until(
      "it is cancelled",
      async () => (await stateShown()).toLowerCase().includes("cancelled"),
      30_000,
    );
    const rows = await items();
    const states = await containers.states();
    const stopped = rows.filter(({ outcome }) => outcome === "done").map(({ name }) => name);
    const exited = [...states].filter(([, state]) => state === "exited").map(([name]) => name);
    expect(rows).toHaveLength(100);
    expect(new Set(stopped)).toEqual(new Set(exited));
    expect(stopped.length).toBeGreaterThan(25);
    expect(stopped.length).toBeLessThan(100);
    await until("the chips say the same", async () => (await chip("done")) === stopped.length);
    expect(await chip("not-done")).toBe(100 - stopped.length);
    await page.getByTestId("outcome-not-done").click();
    const shown = await page.locator("[data-testid^=item-row-]").first().locator(".item-name").innerText();
    expect(states.get(shown)).toBe("running");
  }, 60_000);

  it("retries the rest and sees it completed, each container stopped once", async () => {
    await page.getByTestId("command-retry").click();
    await until(
      "it is completed",
      async () => (await stateShown()).toLowerCase().includes("completed"),
      60_000,
    );
    const states = await containers.states();
    expect([...states.values()].filter((state) => state === "exited")).toHaveLength(100);
    const deaths = await containers.deaths();
    expect(containers.names.map((name) => deaths.get(name))).toEqual(containers.names.map(() => 1));
    const types = (await client().events(id, { limit: 1_000 })).items.map(({ type }) => type);
    expect(types).toContain("cancel-requested");
    expect(types).toContain("revived");
    expect(types.at(-1)).toBe("completed");
  }, 90_000);

  it("meets no error on the way", () => {
    expect(errors).toEqual([]);
  });
});
