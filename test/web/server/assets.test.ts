import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fastify, type FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serveConsole } from "../../../web/server/assets.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const folder = temporaryFolder("console");
const root = join(folder, "console");
let app: FastifyInstance;
const page = { accept: "text/html,application/xhtml+xml" };

beforeAll(async () => {
  mkdirSync(join(root, "assets"), { recursive: true });
  writeFileSync(join(root, "index.html"), "<title>Longshore</title>");
  writeFileSync(join(root, "assets", "app-1a2b.js"), "let x;");
  writeFileSync(join(root, "theme.js"), "let y;");
  writeFileSync(join(folder, "secret.txt"), "confidential");
  app = fastify();
  await serveConsole(app, root);
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

describe("the console's files", () => {
  it("come with a cache life that fits their names", async () => {
    const asset = await app.inject("/assets/app-1a2b.js");
    expect([asset.statusCode, asset.body]).toEqual([200, "let x;"]);
    expect(asset.headers["content-type"]).toContain("javascript");
    expect(asset.headers["cache-control"]).toContain("immutable");
    expect((await app.inject("/theme.js")).headers["cache-control"]).toBe("no-cache");
  });

  it("are the page for every address a person may have open", async () => {
    for (const url of ["/", "/tasks", "/tasks/018f-abc", "/tasks/v1.2", "/login"]) {
      const response = await app.inject({ url, headers: page });
      expect([url, response.statusCode, response.body]).toEqual([url, 200, "<title>Longshore</title>"]);
      expect(response.headers["cache-control"]).toBe("no-cache");
    }
  });

  it("are not the page for a program that asks for a file that is gone, nor for the API", async () => {
    for (const url of ["/assets/old-9z.js", "/api/nothing", "/metrics/x", "/api"]) {
      expect([url, (await app.inject(url)).statusCode]).toEqual([url, 404]);
    }
    expect((await app.inject({ method: "POST", url: "/", headers: page })).statusCode).toBe(404);
  });

  it.each([
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/..%5csecret.txt",
    "/%00.txt",
    "//etc/hostname.txt",
  ])("are nothing outside of their folder: %s", async (url) => {
    const response = await app.inject(url);
    expect(response.statusCode).toBe(404);
    expect(response.body).not.toContain("confidential");
  });

  it("tell a person what to do when there are none", async () => {
    const bare = fastify();
    await serveConsole(bare, null);
    const response = await bare.inject({ url: "/", headers: page });
    expect(response.statusCode).toBe(503);
    expect(response.body).toContain("npm run build");
    await bare.close();
  });
});
