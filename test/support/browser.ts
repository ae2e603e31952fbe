import { type Browser, chromium, type Page } from "playwright-core";
import { createClient } from "#client/http.ts";
import { CHROMIUM } from "./needs.ts";
import type { TestStack } from "./stack.ts";

export type { Page } from "playwright-core";

/** Without these Chromium asks the outside world for updates and models. */
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const openBrowser = (args: readonly string[] = []): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: [...QUIET, ...args] });

/** A page of a person who has just used a login link; errors the page reports are collected. */
export const logIn = async (
  browser: Browser,
  stack: Pick<TestStack, "url" | "token">,
): Promise<{ page: Page; errors: string[] }> => {
  const { url } = await createClient({ baseUrl: stack.url, token: stack.token }).loginLink();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(url);
  await page.getByTestId("connection-pill").waitFor();
  return { page, errors };
};
