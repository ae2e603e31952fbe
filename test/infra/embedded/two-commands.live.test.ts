import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { processesNaming } from "../../support/processes.ts";
import { freePort } from "#infra/embedded/free-port.ts";
import {
  freshClone,
  give,
  ordinaryPerson,
  type Person,
  type Terminal,
  typeNpm,
} from "../../support/fresh-clone.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Downloading every dependency and building take most of it. */
const FIRST_START_MS = 240_000;

let home: string;
let clone: string;
let port: number;
let terminal: Terminal | undefined;

beforeAll(async () => {
  home = join(temporaryFolder("home"), "a person's home");
  clone = join(home, "long shore");
  mkdirSync(home);
  freshClone(clone);
  port = await freePort();
});
afterEach(() => terminal?.close());
afterAll(() => {
  const kept = join(clone, ".longshore", "postgres.json");
  if (existsSync(kept)) {
    const { location } = JSON.parse(readFileSync(kept, "utf8")) as { location: string };
    rmSync(location, { recursive: true, force: true });
  }
}, 120_000);

const start = async (person: Person): Promise<string> => {
  const typed = typeNpm({ args: ["start"], cwd: clone, home, person, port });
  terminal = typed;
  await typed.shows("Ctrl-C stops it");
  expect(typed.output()).toContain(`Longshore is at http://127.0.0.1:${port}`);
  return typed.output();
};

const stop = async (): Promise<void> => {
  await terminal!.ctrlC();
  expect(terminal!.output()).toContain("Stopped.");
  expect(terminal!.output()).not.toContain("npm error");
  expect(processesNaming(clone)).toEqual([]);
  expect(existsSync(join(clone, ".longshore", "run.json"))).toBe(false);
};

const api = async (path: string, body?: unknown): Promise<{ id: string; state: string; name: string }> => {
  const token = readFileSync(join(clone, ".longshore", "admin-token"), "utf8").trim();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const init = body === undefined ? { headers } : { headers, method: "POST", body: JSON.stringify(body) };
  const response = await fetch(`http://127.0.0.1:${port}/api${path}`, init);
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
  return (await response.json()) as { id: string; state: string; name: string };
};

let first = "";

it(
  "npm start alone, as an ordinary user in a fresh clone with spaces in its path, brings everything up",
  { timeout: FIRST_START_MS + 60_000 },
  async () => {
    give(home, ordinaryPerson());
    chmodSync(home, 0o700);
    const seen = await start(ordinaryPerson());
    expect(seen).toMatch(/Log in once with http:\/\/127\.0\.0\.1:\d+\/\S+/);
    const page = await fetch(`http://127.0.0.1:${port}/`);
    expect(await page.text()).toContain("<div id=");
    first = (await api("/tasks", { type: "command", payload: { command: ["echo", "kept"] }, name: "Kept" }))
      .id;
    await stop();
  },
);

it(
  "a second npm start installs and builds nothing and still knows the task",
  { timeout: 120_000 },
  async () => {
    const seen = await start(ordinaryPerson());
    expect(seen).not.toContain("Installing");
    expect(seen).not.toContain("Building");
    expect(seen).not.toContain("setting up");
    expect(await api(`/tasks/${first}`)).toMatchObject({ id: first });
    await stop();
  },
);

it.runIf(process.getuid?.() === 0)(
  "npm start as root works from a clone under a home that is closed to everybody else",
  { timeout: 120_000 },
  async () => {
    const root = { uid: 0, gid: 0 };
    rmSync(join(clone, ".longshore"), { recursive: true });
    give(home, root);
    chmodSync(home, 0o700);
    await start(root);
    const { location } = JSON.parse(readFileSync(join(clone, ".longshore", "postgres.json"), "utf8")) as {
      location: string;
    };
    expect(location).toMatch(/^\/var\/lib\/longshore\/data-/);
    await stop();
  },
);
