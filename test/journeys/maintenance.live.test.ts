import Docker from "dockerode";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "#client/http.ts";
import type { TaskDetail } from "#schema/api.ts";
import { logIn, openBrowser, type Page } from "../support/browser.ts";
import { startContainers, type TestContainers } from "../support/containers.ts";
import { lacks } from "../support/needs.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const COUNT = 4;
const LIMIT_MS = 90_000;

describe.skipIf(lacks.docker || lacks.browser)("a person keeps a host tidy in the console", () => {
  const engine = new Docker();
  let stack: TestStack;
  let containers: TestContainers;
  let browser: Browser;
  let page: Page;
  let errors: string[];
  let run = "";
  let kept = "";

  const client = () => createClient({ baseUrl: stack.url, token: stack.token });
  const openTask = async (): Promise<string> => {
    await page.waitForURL("**/tasks/*");
    return new URL(page.url()).pathname.split("/").at(-1) ?? "";
  };
  const reaches = (id: string, state: string): Promise<TaskDetail> =>
    until(
      `task ${id} is ${state}`,
      async () => {
        const task = await client().task(id);
        return task.state === state && task;
      },
      LIMIT_MS,
    );
  const stopAll = async (): Promise<string> => {
    const { id } = await client().submit({
      type: "docker.containers",
      name: "Stop what this test started",
      payload: { action: "stop", ids: containers.names },
    });
    await reaches(id, "completed");
    return id;
  };
  /** The plan that is shown is about this test's own containers: the engine is not its alone. */
  const planNames = async (): Promise<readonly string[]> => {
    await page.locator("[data-testid^=plan-item-]").first().waitFor({ timeout: LIMIT_MS });
    const boxes = await page.locator("[data-testid^=plan-item-] input").all();
    const names = await Promise.all(boxes.map((box) => box.getAttribute("aria-label")));
    return names.map((name) => name ?? "").toSorted();
  };
  /** What a link of the page leads to, for whoever is logged in there. */
  const saved = async (testId: string): Promise<string> => {
    const address = (await page.getByTestId(testId).getAttribute("href")) ?? "";
    const answer = await page.request.get(`${stack.url}${address}`);
    expect(answer.headers()["content-disposition"]).toContain("attachment");
    return answer.text();
  };

  beforeAll(async () => {
    [stack, containers, browser] = await Promise.all([startStack(), startContainers(COUNT), openBrowser()]);
    ({ page, errors } = await logIn(browser, stack));
    page.setDefaultTimeout(LIMIT_MS);
  }, 300_000);
  afterAll(async () => {
    await browser.close();
    const { Volumes } = await engine.listVolumes();
    const own = Volumes.filter(({ Name }) =>
      Name.startsWith(`longshore-test-${containers.label.slice(0, 8)}-`),
    );
    for (const { Name } of own) await engine.getVolume(Name).remove();
    await containers.remove();
    await stack.stop();
  }, 120_000);

  it("undoes a run from its ledger, as a task of its own", async () => {
    const stopped = await stopAll();
    await page.goto(`${stack.url}/tasks/${stopped}?tab=items`);
    await page.getByTestId("task-undo").click();
    await page.getByTestId("confirm-undo").click();
    await page.waitForURL((url) => url.pathname.startsWith("/tasks/") && !url.pathname.endsWith(stopped));
    await reaches(await openTask(), "completed");
    expect([...(await containers.states()).values()]).toEqual(Array(COUNT).fill("running"));
    await stopAll();
  }, 240_000);

  it("writes a policy, sees what it would do now, and makes it", async () => {
    await page.goto(`${stack.url}/maintenance`);
    await page.getByTestId("new-policy").first().click();
    await page.getByTestId("kind-docker.containers.prune").check();
    await page.locator("#root_olderThan_stopped").fill("");
    await page.locator("#root_grace").fill("0s");
    await page.locator("[id='root_only_labels__add']").click();
    await page.locator("#root_only_labels input").fill(`longshore.test=${containers.label}`);
    await page.getByTestId("schedule-name").fill("Tidy up after tests");
    await page.getByTestId("mode-ask").check();
    await page.getByTestId("policy-try").click();
    await page.getByTestId("policy-plan").getByTestId("plan-report").waitFor();
    expect(await planNames()).toEqual(containers.names);
    expect([...(await containers.states()).values()], "nothing was done").toHaveLength(COUNT);
    await page.getByTestId("policy-save").click();
    await page.locator("[data-testid^=policy-]").filter({ hasText: "Tidy up after tests" }).waitFor();
    const [policy] = (await client().schedules.list()).items;
    expect(policy?.task).toMatchObject({
      type: "docker.containers.prune",
      payload: { grace: "0s", only: { labels: [`longshore.test=${containers.label}`] } },
      approval: true,
    });
  }, 240_000);

  it("runs it, unticks one, and says yes to exactly the others", async () => {
    await page.getByTestId("policy-run").click();
    run = await openTask();
    await reaches(run, "awaiting-approval");
    await page.getByTestId("command-approve").click();
    expect(await planNames()).toEqual(containers.names);
    const first = page.getByTestId("plan-item-0");
    kept = (await first.locator("input").getAttribute("aria-label")) ?? "";
    await first.locator("input").uncheck();
    const button = page.getByTestId("plan-approve");
    await button.filter({ hasText: `Remove ${COUNT - 1} containers` }).waitFor();
    await button.click();
    const { counts, context } = await reaches(run, "completed");
    expect(counts).toMatchObject({ planned: COUNT, done: COUNT - 1, skipped: 1, failed: 0 });
    expect(context.approval).not.toBeNull();
    expect([...(await containers.states()).keys()]).toEqual([kept]);
  }, 240_000);

  it("reads in the run's ledger what was removed and what was left, and saves it", async () => {
    await page.getByTestId("tab-items").click();
    await page.getByTestId("outcome-done").click();
    await until(
      "only what was done is shown",
      async () => (await page.locator("[data-testid^=item-row-]").count()) === COUNT - 1,
    );
    await page.getByTestId("outcome-skipped").click();
    const left = page.locator("[data-testid^=item-row-][data-outcome=skipped]");
    await left.filter({ hasText: kept }).filter({ hasText: "left out when the plan was approved" }).waitFor();
    const lines = (await saved("items-csv")).trim().split(/\r?\n/);
    expect(lines).toHaveLength(COUNT + 1);
    for (const name of containers.names) expect(lines.join("\n")).toContain(name);
    expect(JSON.stringify(JSON.parse(await saved("items-json")))).toContain(kept);
  }, 240_000);

  it("finds in the ledger of everything what became of one of them, and the run behind it", async () => {
    const gone = containers.names.find((name) => name !== kept) ?? "";
    await page.goto(`${stack.url}/ledger`);
    await page.getByTestId("ledger-text").fill(gone);
    const deed = page.getByTestId(`deed-${gone}`).filter({ hasText: "Removed" });
    await deed.waitFor();
    expect(await saved("ledger-csv")).toContain(gone);
    await deed.getByTestId("deed-run").click();
    expect(await openTask()).toBe(run);
  }, 120_000);

  it("sees on the policy what its last run did, and gets there from the list of tasks in one click", async () => {
    await page.goto(`${stack.url}/maintenance`);
    await page
      .getByTestId("policy-run-link")
      .filter({ hasText: `${COUNT - 1} done, 1 left alone` })
      .waitFor();
    await page.goto(`${stack.url}/tasks`);
    await page.getByTestId(`task-row-${run}`).getByTestId("what-it-did").click();
    await page.waitForURL("**/tasks/*?*outcome=done*");
    await until(
      "what it removed is shown",
      async () => (await page.locator("[data-testid^=item-row-]").count()) === COUNT - 1,
    );
  }, 120_000);

  it("deletes a volume with a name only when it is ticked and the host's name is typed", async () => {
    const names = ["data", "logs"].map((name) => `longshore-test-${containers.label.slice(0, 8)}-${name}`);
    const [data = "", logs = ""] = names;
    for (const Name of names) await engine.createVolume({ Name });
    const { id } = await client().submit({
      type: "docker.volumes.prune",
      payload: { which: "all", grace: "0s", only: { ids: names } },
      approval: true,
    });
    await reaches(id, "awaiting-approval");
    await page.goto(`${stack.url}/tasks/${id}`);
    expect(await planNames()).toEqual(names);
    const button = page.getByTestId("plan-approve");
    expect(await button.innerText()).toBe("Nothing is ticked");
    await page.getByTestId("plan-anew").click();
    await until(
      "another plan waits",
      async () => (await client().task(id)).context.plan?.number === 2,
      LIMIT_MS,
    );
    const anew = await reaches(id, "awaiting-approval");
    const shown = (anew.context.plan?.hash ?? "").slice(0, 12);
    await page.getByTestId("plan-facts").filter({ hasText: shown }).waitFor();
    await page.getByRole("checkbox", { name: logs, exact: true }).check();
    await button.filter({ hasText: "Remove 1 volume" }).waitFor();
    expect(await button.isDisabled()).toBe(true);
    await page.getByTestId("approve-word").fill(anew.context.plan?.engine?.host ?? "");
    await button.click();
    expect((await reaches(id, "completed")).counts).toMatchObject({ done: 1, skipped: 1 });
    const { Volumes } = await engine.listVolumes();
    const left = Volumes.map(({ Name }) => Name).filter((name) => names.includes(name));
    expect(left).toEqual([data]);
  }, 240_000);

  it("meets no error on the way", () => {
    expect(errors).toEqual([]);
  });
});
