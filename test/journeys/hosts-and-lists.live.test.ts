import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Docker from "dockerode";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "#client/http.ts";
import { ENGINE_SOCKET } from "../support/engine-socket.ts";
import { logIn, openBrowser, type Page } from "../support/browser.ts";
import { ensureImage, IMAGE } from "../support/containers.ts";
import { lacks } from "../support/needs.ts";
import { startStack, type TestStack } from "../support/stack.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const TAGS = ["a", "b", "used"] as const;

describe.skipIf(lacks.docker || lacks.browser)("a person looks after a host in the console", () => {
  const engine = new Docker();
  const mark = randomUUID().slice(0, 8);
  const label = { "longshore.test": mark };
  const filters = { label: [`longshore.test=${mark}`] };
  const repository = `lh5-${mark}`;
  const volume = `lh5-${mark}-data`;
  let stack: TestStack;
  let browser: Browser;
  let page: Page;
  let errors: string[];

  const client = () => createClient({ baseUrl: stack.url, token: stack.token });
  const row = (kind: string, name: string) => page.getByTestId(`${kind}-row-${name}`);
  const open = (path: string) => page.goto(`${stack.url}${path}`);
  /** The task whose page is open. */
  const openTask = async (): Promise<string> => {
    await page.waitForURL("**/tasks/*");
    return new URL(page.url()).pathname.split("/").at(-1) ?? "";
  };
  const planReady = (id: string) =>
    until(
      "its plan waits for a yes",
      async () => {
        const task = await client().task(id);
        return task.state === "awaiting-approval" ? (task.context.plan ?? false) : false;
      },
      60_000,
    );
  const imagesLeft = async (): Promise<readonly string[]> =>
    (await engine.listImages({ filters })).flatMap(({ RepoTags }) => RepoTags ?? []).toSorted();

  /** Three images of the test's own, one of which a container uses. */
  const furnish = async (): Promise<void> => {
    await ensureImage();
    const base = await engine.createContainer({ Image: IMAGE, Cmd: ["/bin/sh"], Labels: label });
    for (const tag of TAGS) {
      await base.commit({
        repo: repository,
        tag,
        changes: `LABEL longshore.test=${mark}\nLABEL tag=${tag}`,
      });
    }
    await base.remove();
    const using = { name: `lh5-${mark}-web`, Image: `${repository}:used`, Cmd: ["/bin/sh"], Labels: label };
    await engine.createContainer(using);
  };
  const tidy = async (): Promise<void> => {
    for (const { Id } of await engine.listContainers({ all: true, filters })) {
      await engine.getContainer(Id).remove({ force: true, v: true });
    }
    for (const { Id } of await engine.listImages({ filters })) {
      await engine.getImage(Id).remove({ force: true });
    }
    for (const { Name } of (await engine.listVolumes({ filters })).Volumes) {
      await engine.getVolume(Name).remove();
    }
  };

  /** The engine once more under another name, and one that nobody is behind. */
  const hostsFile = (): string => {
    const folder = temporaryFolder("hosts");
    const path = join(folder, "hosts.json");
    const hosts = [
      { name: "harbour", address: `unix://${ENGINE_SOCKET}` },
      { name: "sunk", address: `unix://${join(folder, "nobody.sock")}` },
    ];
    writeFileSync(path, JSON.stringify(hosts));
    return path;
  };

  beforeAll(async () => {
    const env = { LONGSHORE_HOSTS: hostsFile() };
    [stack, browser] = await Promise.all([startStack({ env }), openBrowser(), furnish()]);
    ({ page, errors } = await logIn(browser, stack));
  }, 240_000);
  afterAll(async () => {
    await browser.close();
    await tidy();
    await stack.stop();
  }, 120_000);

  it("sees the engine, and measures its disk from the host's card", async () => {
    const { Version } = await engine.version();
    await open("/hosts");
    const card = page.getByTestId("host-local");
    await card.getByText(`Docker ${Version}`).waitFor();
    expect(await card.locator(".state").first().innerText()).toBe("Reachable");
    await card.getByText("Nothing has been measured yet.").waitFor();
    await card.getByTestId("measure").click();
    const images = card.getByTestId("disk-images");
    await images.waitFor({ timeout: 60_000 });
    expect(await images.locator(".disk-figure").first().innerText()).toMatch(/\d (KiB|MiB|GiB)/);
    await card.locator(".host-runs li").first().waitFor();
    const { latest } = await client().hosts.disk("local");
    expect(latest?.kinds.find(({ kind }) => kind === "images")?.count).toBeGreaterThanOrEqual(TAGS.length);
  }, 120_000);

  it("finds images by an address that says it all, and keeps it over a reload", async () => {
    await open(`/hosts/local/images?label=longshore.test%3D${mark}`);
    await row("image", `${repository}:used`).waitFor();
    expect(await page.locator("[data-testid^=image-row-]").count()).toBe(TAGS.length);
    await page.getByTestId("facet-unused").click();
    await row("image", `${repository}:used`).waitFor({ state: "detached" });
    await page.reload();
    await row("image", `${repository}:a`).waitFor();
    expect(await page.locator("[data-testid^=image-row-]").count()).toBe(2);
    expect(new URL(page.url()).searchParams.get("use")).toBe("unused");
    await page.goBack();
    await row("image", `${repository}:used`).waitFor();
  }, 60_000);

  it("chooses all that fit, sees the plan for exactly those first, and only a yes removes them", async () => {
    await page.getByTestId("facet-unused").click();
    await row("image", `${repository}:used`).waitFor({ state: "detached" });
    await page.getByTestId("select-all").click();
    await page.getByTestId("plan-cleanup").click();
    const id = await openTask();
    const plan = await planReady(id);
    const { items } = await client().plan(id);
    expect(new Map(items.map(({ name, skip }) => [name, skip]))).toEqual(
      new Map([
        [`${repository}:a`, undefined],
        [`${repository}:b`, undefined],
      ]),
    );
    expect(await imagesLeft()).toEqual(TAGS.map((tag) => `${repository}:${tag}`));
    await client().approve(id, { plan: plan.number, ...(plan.hash !== undefined && { hash: plan.hash }) });
    await until("they are gone", async () => (await imagesLeft()).length === 1, 60_000);
    expect(await imagesLeft()).toEqual([`${repository}:used`]);
  }, 120_000);

  it("takes list and filters along to another host, and is told in one sentence of one that is away", async () => {
    await open(`/hosts/local/images?label=longshore.test%3D${mark}&sort=-size`);
    await row("image", `${repository}:used`).waitFor();
    await page.getByTestId("host-switch").click();
    await page.getByRole("option", { name: "harbour" }).click();
    await page.waitForURL("**/hosts/harbour/images?**");
    await row("image", `${repository}:used`).waitFor();
    expect(await page.locator("[data-testid^=image-row-]").count()).toBe(1);
    expect(new URL(page.url()).searchParams.get("sort")).toBe("-size");
    await open("/hosts");
    const sunk = page.getByTestId("host-sunk");
    await sunk.getByText("Away").waitFor();
    const sentence = await sunk.getByRole("alert").innerText();
    expect(sentence).toMatch(/^\S.+\.$/);
    await open("/hosts/sunk/volumes");
    await page.getByText("Its address stands in that runner's hosts file.").waitFor();
    await page.getByText(sentence).waitFor();
  }, 60_000);

  it("sees volumes come and go without asking again, each with whether it has a name", async () => {
    await open(`/hosts/local/volumes?label=longshore.test%3D${mark}`);
    await page.locator(".notice").or(page.locator(".resource-filters")).first().waitFor();
    await page.locator("[data-testid=connection-pill][data-state=live]").waitFor();
    await engine.createVolume({ Name: volume, Labels: label });
    await row("volume", volume).waitFor();
    const { name: anonymous } = await engine.createVolume({ Labels: label });
    await row("volume", anonymous).getByText("anonymous").waitFor();
    await page.getByTestId("facet-anonymous").click();
    await row("volume", volume).waitFor({ state: "detached" });
    await engine.getVolume(anonymous).remove();
    await row("volume", anonymous).waitFor({ state: "detached" });
  }, 60_000);

  it("may choose a volume with a name, which the plan then asks about by name", async () => {
    await open(`/hosts/local/volumes?text=${volume}`);
    await row("volume", volume).click();
    await page.getByTestId("plan-cleanup").click();
    const id = await openTask();
    await planReady(id);
    const { items } = await client().plan(id);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ name: volume, kind: "volume" });
    expect(items[0]?.ask).toBeTypeOf("string");
    await client().cancel(id);
    expect((await engine.listVolumes({ filters })).Volumes.map(({ Name }) => Name)).toEqual([volume]);
  }, 90_000);

  it("opens the form of a clean-up for this host, which waits for a yes", async () => {
    await open("/hosts/local/networks");
    await row("network", "bridge").getByText("protected").first().waitFor();
    await page.getByTestId("clean-up").click();
    await page.locator("form#payload-form input").first().waitFor();
    expect(new URL(page.url()).searchParams.get("type")).toBe("docker.networks.prune");
    await page.locator(".curl summary").click();
    const request = await page.locator(".curl pre").innerText();
    expect(request).toContain('"host": "local"');
    expect(request).toContain('"approval": true');
  }, 60_000);

  it("is led from the old address of the containers to those of the first host, filters and all", async () => {
    await open(`/containers?text=lh5-${mark}`);
    await row("container", `lh5-${mark}-web`).waitFor();
    expect(new URL(page.url()).pathname).toBe("/hosts/local/containers");
    expect(await page.locator("[data-testid^=container-row-]").count()).toBe(1);
  }, 60_000);

  it("is told that there is no such host, and met no error on the way", async () => {
    await open("/hosts/nowhere/images");
    await page.getByText("There is no host “nowhere”").waitFor();
    expect(errors).toEqual([]);
  });
});
