/** What keeps people out of a page, and whether it fits, measured on the page as it stands. */
import axe, { type AxeResults } from "axe-core";
import type { Page } from "./browser.ts";

export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 390, height: 844 };

/** From the next page on. */
// Text, not functions: tests are checked without the browser's types.
export const wear = (page: Page, theme: "light" | "dark"): Promise<void> =>
  page.evaluate(`localStorage.setItem("mantine-color-scheme-value", "${theme}")`);

/** The rules broken on the page, those that keep people out only. */
export const broken = async (page: Page): Promise<string[]> => {
  // Fades would be measured half way.
  await page.evaluate(
    "Promise.all(document.getAnimations().map(({ finished }) => finished)).then(() => null)",
  );
  // Evaluated by the browser's debugger: the page's own policy stays as it is.
  await page.evaluate(axe.source);
  const run = 'axe.run(document, { resultTypes: ["violations"] })';
  const { violations } = await page.evaluate<AxeResults>(run);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
};

export const tooWide = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>(
    `[document.documentElement, ...document.querySelectorAll("main")].some((box) => box.scrollWidth > box.clientWidth)`,
  );
