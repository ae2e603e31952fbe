import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { telemetrySubject } from "#schema/subjects.ts";
import { logIn, openBrowser, type Page } from "../../../support/browser.ts";
import { broken, NARROW, tooWide, wear, WIDE } from "../../../support/console-look.ts";
import { lacks } from "../../../support/needs.ts";
import { aToldEdge, type ToldEdge } from "../../server/a-told-edge.ts";
import { TOKEN } from "../../server/an-edge.ts";

const EVIDENCE =
  "No progress, output or result for 5 min. It used 0.0 s of processor time in that time and moved 0 bytes.";

describe.skipIf(lacks.browser)("a stuck task in the console", () => {
  let told: ToldEdge;
  let browser: Browser;
  let page: Page;
  let errors: string[];
  let id: string;

  beforeAll(async () => {
    [told, browser] = await Promise.all([aToldEdge(), openBrowser()]);
    ({ page, errors } = await logIn(browser, { url: told.edge.url, token: TOKEN }));
    await page.emulateMedia({ reducedMotion: "reduce" });
    id = await told.journal.begin({ name: "Copy the archive" });
    await told.projected();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await told.edge.stop();
  }, 60_000);

  const open = async (path: string): Promise<void> => {
    await page.goto(`${told.edge.url}${path}`);
    await page.locator("[data-testid=connection-pill][data-state=live]").waitFor();
  };
  const uses = async (seconds: number, cpuMs: number): Promise<void> => {
    const runner = await told.edge.connect("runner");
    const at = new Date(Date.parse("2026-11-21T08:00:00.000Z") + seconds * 1_000).toISOString();
    const attempts = [{ taskId: id, attempt: 1, cpuMs, memoryBytes: 48 * 1024 ** 2, ioBytes: 7 * 1024 ** 2 }];
    const body = { runner: "local", at, attempts };
    runner.publish(telemetrySubject("use", "local"), JSON.stringify(body));
    await runner.flush();
  };

  it("shows what it uses as its runner looks, whether that was before the page was opened or after", async () => {
    await uses(0, 1_000);
    await open(`/tasks/${id}`);
    const use = page.getByTestId("use");
    await use.filter({ hasText: "48 MiB" }).waitFor();
    expect(await use.textContent()).not.toContain("Processor");
    await uses(5, 2_000);
    await use.filter({ hasText: "20 % of one core" }).waitFor();
    await use.filter({ hasText: "7.0 MiB" }).waitFor();
  }, 60_000);

  it("says at once that it is stuck, why, since when and what that means", async () => {
    expect(await page.getByTestId("stuck").count()).toBe(0);
    await told.journal.happen(id, { type: "stalled", evidence: EVIDENCE }, (fact) => ({
      ...fact,
      actor: { kind: "monitor", id: "monitor" },
      reason: EVIDENCE,
    }));
    const banner = page.getByTestId("stuck");
    await banner.filter({ hasText: "Stuck since 21 Nov 2026" }).waitFor();
    expect(await page.getByTestId("stuck-evidence").textContent()).toBe(EVIDENCE);
    await banner.filter({ hasText: "Nothing was stopped" }).waitFor();
    await page.getByTestId("progress-text").filter({ hasText: "No progress" }).waitFor();
    const commands = page.getByRole("group", { name: "Commands" });
    expect(await commands.getByTestId("command-cancel").isEnabled()).toBe(true);
    await page.getByTestId("tab-events").click();
    const line = page.locator(".event-line").first();
    await line.filter({ hasText: "Stalled" }).waitFor();
    // Nobody said it, so it is not in quotation marks.
    expect(await line.locator(".event-words").textContent()).toBe(EVIDENCE);
  }, 60_000);

  it("is found among the tasks by its state, with the evidence beside its name", async () => {
    await told.journal.begin({ name: "Another" });
    await told.projected();
    await open("/tasks?state=stuck");
    const row = page.getByTestId(`task-row-${id}`);
    await row.getByText(EVIDENCE).waitFor();
    expect(await page.locator("[data-testid^=task-row-]").count()).toBe(1);
  }, 60_000);

  it.each([
    ["wide", WIDE],
    ["on a telephone", NARROW],
  ])(
    "keeps nobody out and fits, %s, in the light and in the dark",
    async (_, size) => {
      await page.setViewportSize(size);
      for (const theme of ["light", "dark"] as const) {
        await wear(page, theme);
        for (const [view, path] of [
          ["task", `/tasks/${id}`],
          ["events", `/tasks/${id}?tab=events`],
          ["list", "/tasks?state=stuck"],
        ] as const) {
          await open(path);
          await uses(10, 3_000);
          await page
            .locator(view === "list" ? `[data-testid=task-row-${id}]` : "[data-testid=use]")
            .waitFor();
          expect([view, theme, await broken(page), await tooWide(page)]).toEqual([view, theme, [], false]);
        }
      }
      await page.setViewportSize(WIDE);
    },
    120_000,
  );

  it("takes the banner away when there are signs of life, and names the runner it had when it is over", async () => {
    await open(`/tasks/${id}?tab=events`);
    await page.getByTestId("stuck").waitFor();
    await told.journal.happen(id, { type: "recovered" });
    await page.getByTestId("stuck").waitFor({ state: "detached" });
    await page.locator(".event-line").filter({ hasText: "it shows signs of life again" }).waitFor();
    await told.journal.happen(id, { type: "completed", report: 2, result: null });
    await page
      .getByTestId("task-state")
      .filter({ hasText: /completed/i })
      .waitFor();
    const runner = page.locator(".task-facts > div").filter({ hasText: "Runner" }).locator("dd");
    expect(await runner.textContent()).toBe("local");
    await page.getByTestId("use").waitFor({ state: "detached" });
  }, 60_000);

  it("meets no error", () => {
    expect(errors).toEqual([]);
  });
});
