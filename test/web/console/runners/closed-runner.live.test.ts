import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { logIn, openBrowser, type Page } from "../../../support/browser.ts";
import { broken, NARROW, tooWide } from "../../../support/console-look.ts";
import { lacks } from "../../../support/needs.ts";
import { aToldEdge, type ToldEdge } from "../../server/a-told-edge.ts";
import { TOKEN } from "../../server/an-edge.ts";

const REASON = "The runner north is cordoned by ada and takes nothing new: its disk is changed.";

describe.skipIf(lacks.browser)("a runner that was taken out of service", () => {
  let told: ToldEdge;
  let browser: Browser;
  let page: Page;
  let errors: string[];

  beforeAll(async () => {
    [told, browser] = await Promise.all([aToldEdge(), openBrowser()]);
    ({ page, errors } = await logIn(browser, { url: told.edge.url, token: TOKEN }));
    for (const runner of ["north", "south"]) {
      await told.journal.runner("joined", runner, { boot: "b", host: "h", slots: 1, types: [] });
      await told.journal.runner("left", runner);
    }
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await told.edge.stop();
  }, 60_000);

  it("says who did that, when and why, also while it is away, until it is put back", async () => {
    const about = { kind: "limit", id: "runner:north" } as const;
    await page.goto(`${told.edge.url}/runners`);
    await page.getByTestId("runner-south").waitFor();
    await page.locator("[data-testid=connection-pill][data-state=live]").waitFor();
    expect(await page.locator("[data-testid^=closed-]").count()).toBe(0);
    const since = "2026-11-21T07:00:00.000Z";
    await told.journal.record(
      about,
      { type: "reached", reason: REASON },
      { id: about.id, reached: true, reason: REASON, since },
    );
    const closed = page.getByTestId("closed-north");
    await closed.filter({ hasText: REASON }).filter({ hasText: "Since 21 Nov 2026" }).waitFor();
    expect(await page.getByTestId("closed-south").count()).toBe(0);
    await page.setViewportSize(NARROW);
    expect([await broken(page), await tooWide(page)]).toEqual([[], false]);
    await told.journal.record(about, { type: "eased" }, null);
    await closed.waitFor({ state: "detached" });
    expect(errors).toEqual([]);
  }, 60_000);
});
