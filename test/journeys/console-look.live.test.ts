import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "#client/http.ts";
import { logIn, openBrowser, type Page } from "../support/browser.ts";
import { broken, NARROW, tooWide, wear, WIDE } from "../support/console-look.ts";
import { startContainers, type TestContainers } from "../support/containers.ts";
import { lacks } from "../support/needs.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

interface View {
  readonly name: string;
  readonly path: () => string;
  /** Shown when the page has what it wants to show. */
  readonly ready: string;
  /** What a person does there before it is looked at. */
  readonly act?: (page: Page) => Promise<void>;
}

describe.skipIf(lacks.docker || lacks.browser)("every page of the console", () => {
  let stack: TestStack;
  let containers: TestContainers;
  let browser: Browser;
  let page: Page;
  let errors: string[];
  let failed = "";
  let bulk = "";
  let planned = "";
  let waiting = "";
  let batch = "";
  let schedule = "";

  const VIEWS: readonly View[] = [
    { name: "tasks", path: () => "/tasks", ready: "[data-testid^=task-row-]" },
    { name: "tasks, filtered out", path: () => "/tasks?text=nothing-of-this-name", ready: ".notice" },
    { name: "a failed task", path: () => `/tasks/${failed}`, ready: "[data-testid=failure]" },
    { name: "items", path: () => `/tasks/${bulk}?tab=items`, ready: "[data-testid=item-row-0]" },
    {
      name: "a plan that waits for a yes",
      path: () => `/tasks/${planned}`,
      ready: "[data-testid^=plan-item-]",
      act: (shown) => shown.getByTestId("plan-item-1").locator("input").uncheck(),
    },
    { name: "the ledger", path: () => "/ledger", ready: "[data-testid^=deed-]" },
    { name: "maintenance", path: () => "/maintenance", ready: "[data-testid=policy-run-link]" },
    {
      name: "a policy's form, and what it would do now",
      path: () => "/maintenance/new",
      ready: "form#payload-form input",
      act: async (shown) => {
        await shown.getByTestId("mode-auto").check();
        await shown.getByTestId("policy-try").click();
        await shown.getByTestId("policy-plan").getByTestId("plan-report").waitFor();
      },
    },
    { name: "log", path: () => `/tasks/${failed}?tab=log`, ready: "[data-testid=log-view]" },
    { name: "chart", path: () => `/tasks/${bulk}?tab=chart`, ready: "[data-testid=chart-state-completed]" },
    {
      name: "events",
      path: () => `/tasks/${failed}?tab=events`,
      ready: ".event",
      act: (shown) => shown.locator(".event-line").first().click(),
    },
    { name: "input and result", path: () => `/tasks/${failed}?tab=input`, ready: ".json-tree" },
    {
      name: "containers, some selected",
      path: () => `/containers?label=longshore.test=${containers.label}`,
      ready: "[data-testid^=container-row-]",
      act: (shown) => shown.getByTestId("select-all").click(),
    },
    {
      name: "a grave action's dialog",
      path: () => `/containers?label=longshore.test=${containers.label}`,
      ready: "[data-testid^=container-row-]",
      act: async (shown) => {
        await shown.getByTestId("select-all").click();
        await shown.getByTestId("bulk-remove").click();
        await shown.getByTestId("confirm-word").waitFor();
      },
    },
    {
      name: "hosts, the disk measured",
      path: () => "/hosts",
      ready: "[data-testid=disk-images]",
      act: (shown) => shown.locator(".biggest summary").click(),
    },
    {
      name: "images of a host, one selected",
      path: () => "/hosts/local/images?sort=-size",
      ready: "[data-testid^=image-row-]",
      act: (shown) => shown.locator("[data-testid^=image-row-]").first().click(),
    },
    { name: "networks of a host", path: () => "/hosts/local/networks", ready: ".guarded" },
    { name: "no such host", path: () => "/hosts/nowhere/volumes", ready: ".notice" },
    { name: "a form", path: () => "/new?type=command", ready: "form#payload-form input" },
    {
      name: "tasks, all selected, and what would happen",
      path: () => "/tasks",
      ready: "[data-testid^=task-row-]",
      act: async (shown) => {
        await shown.getByTestId("select-loaded").click();
        await shown.getByTestId("batch-pause").click();
        await shown.getByTestId("batch-outlook").waitFor();
      },
    },
    {
      name: "the moment to put tasks off to",
      path: () => "/tasks",
      ready: "[data-testid^=task-row-]",
      act: async (shown) => {
        await shown.getByTestId("select-loaded").click();
        await shown.getByTestId("batch-delay").click();
        await shown.getByRole("dialog").waitFor();
      },
    },
    { name: "a batch", path: () => `/batches/${batch}`, ready: "[data-testid=batch-results] li" },
    {
      name: "a task that waits for another",
      path: () => `/tasks/${waiting}`,
      ready: "[data-testid=relations]",
    },
    {
      name: "a task to be repeated",
      path: () => `/new?type=command&retryOf=${failed}`,
      ready: "form#payload-form input",
    },
    { name: "queues", path: () => "/queues", ready: "[data-testid=queue-idle] .reached" },
    {
      name: "a queue's limits",
      path: () => "/queues",
      ready: "[data-testid=queue-idle]",
      act: async (shown) => {
        await shown.getByTestId("queue-idle").getByTestId("queue-edit").click();
        await shown.getByTestId("queue-concurrency").waitFor();
      },
    },
    {
      name: "schedules",
      path: () => `/schedules?open=${schedule}`,
      ready: "[data-testid=schedule-history] li",
    },
    { name: "a schedule's form", path: () => `/schedules/${schedule}`, ready: "form#payload-form input" },
    {
      name: "failures",
      path: () => "/failed",
      ready: "[data-testid^=group-]",
      act: async (shown) => {
        await shown.locator(".record-title").first().click();
        await shown.getByTestId("edit-and-retry").first().waitFor();
      },
    },
    { name: "a template", path: () => "/new?template=greet", ready: "form#payload-form input" },
    { name: "runners", path: () => "/runners", ready: "[data-testid^=pool-] .slot" },
    { name: "no such task", path: () => "/tasks/01a00000-0000-7000-8000-000000000000", ready: ".notice" },
  ];

  const client = () => createClient({ baseUrl: stack.url, token: stack.token });
  /** Something on every page that is about more than one task. */
  const furnish = async (): Promise<void> => {
    const greet = { type: "command", payload: { command: ["echo", "hello"] } };
    await client().queues.pause("idle");
    const { id: first } = await client().submit({ ...greet, queue: "idle", name: "Wait for the tide" });
    ({ id: waiting } = await client().submit({ ...greet, after: [first], locks: ["volume:a"] }));
    ({ id: batch } = await client().batches.start({
      action: { type: "reprioritise", priority: "high" },
      ids: [first, waiting],
    }));
    ({ id: schedule } = await client().schedules.create({
      name: "Nightly",
      cron: "30 2 * * *",
      task: greet,
    }));
    const { id: policy } = await client().schedules.create({
      name: "What piles up",
      cron: "@weekly",
      task: {
        type: "docker.containers.prune",
        payload: { dryRun: true, only: { labels: [`longshore.test=${containers.label}`] } },
      },
    });
    await client().schedules.run(policy);
    await client().templates.define({
      name: "greet",
      parameters: {
        type: "object",
        required: ["who"],
        properties: { who: { type: "string", title: "Who" } },
      },
      task: { type: "command", payload: { command: ["echo", "{{who}}"] } },
    });
  };
  const settled = async (id: string): Promise<void> => {
    await until("it is settled", async () => (await client().task(id)).tag === "settled", 30_000);
  };

  const show = async ({ path, ready, act }: View): Promise<void> => {
    await page.goto(`${stack.url}${path()}`);
    await page.locator(ready).first().waitFor();
    await page.locator("[data-testid=connection-pill][data-state=live]").waitFor();
    await act?.(page);
  };
  beforeAll(async () => {
    [stack, containers, browser] = await Promise.all([startStack(), startContainers(4), openBrowser()]);
    ({ page, errors } = await logIn(browser, stack));
    await page.emulateMedia({ reducedMotion: "reduce" });
    const script = 'echo first; printf "\\033[31mred\\033[0m\\n" >&2; exit 3';
    ({ id: failed } = await client().submit({ type: "command", payload: { command: ["sh", "-c", script] } }));
    ({ id: bulk } = await client().submit({
      type: "docker.containers",
      name: "Stop what this test started",
      payload: { action: "stop", ids: containers.names },
    }));
    const { id: measured } = await client().submit({ type: "docker.disk-usage", payload: {} });
    await Promise.all([furnish(), settled(failed), settled(bulk), settled(measured)]);
    // What runs is not removed, so there would be nothing to ask before.
    ({ id: planned } = await client().submit({
      type: "docker.containers",
      payload: { action: "remove", ids: containers.names },
      approval: true,
    }));
    await until(
      "its plan waits",
      async () => (await client().task(planned)).state === "awaiting-approval",
      30_000,
    );
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await containers.remove();
    await stack.stop();
  }, 120_000);

  it.each(VIEWS)("$name: nothing keeps people out, in the light and in the dark", async (view) => {
    await page.setViewportSize(WIDE);
    for (const theme of ["light", "dark"] as const) {
      await wear(page, theme);
      await show(view);
      expect(await page.locator("html").getAttribute("data-mantine-color-scheme")).toBe(theme);
      expect(await broken(page), theme).toEqual([]);
    }
  });

  it.each(VIEWS)("$name: fits a telephone of 390 pixels", async (view) => {
    await page.setViewportSize(NARROW);
    await show(view);
    expect(await tooWide(page)).toBe(false);
    expect(await broken(page)).toEqual([]);
  });

  it("meets no error but the one answer that there is no such task", () => {
    const unexpected = errors.filter((text) => !text.includes("404"));
    expect(unexpected).toEqual([]);
  });

  it("shows the login page to a stranger, who is kept out by nothing but the lock", async () => {
    await page.context().clearCookies();
    await page.goto(`${stack.url}/containers`);
    await page.getByTestId("login-page").waitFor();
    expect(await broken(page)).toEqual([]);
    expect(await tooWide(page)).toBe(false);
  });
});
