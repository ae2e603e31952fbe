import { createServer } from "node:net";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEnv } from "#infra/env.ts";
import { Fatal } from "#infra/service.ts";
import { startWeb } from "../../../web/server/start.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { anEdge, type TestEdge, TOKEN } from "./an-edge.ts";

let edge: TestEdge;
const data = temporaryFolder("edge-data");

beforeAll(async () => {
  edge = await anEdge();
});
afterAll(async () => {
  await edge.stop();
  rmSync(data, { recursive: true });
});

const start = (env: Record<string, string>) =>
  startWeb({
    env: readEnv({
      LONGSHORE_NATS_URL: edge.nats.url,
      LONGSHORE_NATS_SEED_FILE: edge.nats.seedFile("web"),
      LONGSHORE_DATABASE_URL: edge.database.url,
      LONGSHORE_PORT: "0",
      LONGSHORE_DATA: data,
      ...env,
    }),
    log: pino({ level: "silent" }),
    fail: () => undefined,
  });

describe("the start of the edge", () => {
  it("says in one sentence that its port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const port = String((other.address() as { port: number }).port);
    const error: unknown = await start({ LONGSHORE_PORT: port, LONGSHORE_ADMIN_TOKEN: TOKEN }).catch(
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(Fatal);
    expect((error as Fatal).message).toMatch(
      new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is taken.*LONGSHORE_PORT.*\\.$`),
    );
    other.close();
  });

  it("says in one sentence that its address is not this machine's", async () => {
    const error: unknown = await start({ LONGSHORE_HOST: "192.0.2.1", LONGSHORE_ADMIN_TOKEN: TOKEN }).catch(
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(Fatal);
    expect((error as Fatal).message).toContain("192.0.2.1");
  });

  it("takes the admin token from the data folder, and refuses to run without one", async () => {
    const error: unknown = await start({}).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(Fatal);
    expect((error as Fatal).message).toContain("admin token");
    writeFileSync(join(data, "admin-token"), "lsh_from-the-file\n");
    const web = await start({});
    const me = await fetch(`${web.url}/api/me`, { headers: { authorization: "Bearer lsh_from-the-file" } });
    expect(me.status).toBe(200);
    expect((await fetch(`${web.url}/api/me`, { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(
      401,
    );
    await web.stop();
    await web.stop();
  });

  it("may submit shell commands only where the host allows it", async () => {
    const web = await start({ LONGSHORE_ADMIN_TOKEN: TOKEN, LONGSHORE_ALLOW_SHELL: "true" });
    const me = await fetch(`${web.url}/api/me`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(((await me.json()) as { capabilities: string[] }).capabilities).toContain("shell");
    expect((await edge.client.me()).capabilities).not.toContain("shell");
    await web.stop();
  });
});
