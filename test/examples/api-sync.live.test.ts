import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type Examples, startExamples } from "./an-example.ts";

const PAGES = 12;
const PER_PAGE = 50;
const TOTAL = PAGES * PER_PAGE;

let examples: Examples;
let server: Server;
let base: string;
/** How often each page was given, and how often it was refused as too much. */
let given: Map<number, number>;
let refused: number;
/** Pages that are refused once with 429. */
let scarce: Set<number>;
let names: (id: number) => string;

const page = (number: number): { id: number; name: string }[] =>
  Array.from({ length: PER_PAGE }, (_, index) => {
    const id = number * PER_PAGE + index;
    return { id, name: names(id) };
  });

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? "", base);
    const number = Number(url.searchParams.get("cursor") ?? 0);
    if (url.pathname === "/elsewhere") {
      response.setHeader("link", '<http://127.0.0.2:1/next>; rel="next"').end(JSON.stringify(page(0)));
      return;
    }
    if (url.pathname === "/missing") {
      response.writeHead(404).end();
      return;
    }
    if (scarce.delete(number)) {
      refused += 1;
      response.writeHead(429, { "retry-after": "1" }).end();
      return;
    }
    given.set(number, (given.get(number) ?? 0) + 1);
    const more = number + 1 < PAGES;
    response.setHeader("content-type", "application/json");
    // One way of saying what comes next per path: a Link header, or a cursor in the body.
    if (url.pathname === "/linked") {
      if (more) response.setHeader("link", `</first>; rel="first", <?cursor=${number + 1}>; rel="next"`);
      response.end(JSON.stringify(page(number)));
    } else response.end(JSON.stringify({ items: page(number), next: more ? String(number + 1) : null }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  examples = await startExamples();
}, 60_000);
afterAll(async () => {
  await examples?.stop();
  server.close();
});
beforeEach(() => {
  given = new Map();
  refused = 0;
  scarce = new Set();
  names = (id) => `record ${id}`;
});

const aFile = (): string => join(temporaryFolder("sync"), "deep", "records.jsonl");
const idsIn = (file: string): number[] =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { id: number }).id);
const ALL = Array.from({ length: TOTAL }, (_, index) => index);
const WHOLE = { pages: PAGES, added: TOTAL, changed: 0, unchanged: 0, records: TOTAL };

describe("the sync with an API", () => {
  it.each(["linked", "cursors"])("reads all pages, told by %s, in order", async (path) => {
    const into = aFile();
    expect(await examples.run("api.sync", { url: `${base}/${path}`, into })).toEqual(WHOLE);
    expect(idsIn(into)).toEqual(ALL);
  });

  it("waits as long as the server asks for, and calls that no failure", async () => {
    scarce = new Set([0, 3, 7]);
    const into = aFile();
    const id = await examples.begin("api.sync", { url: `${base}/linked`, into });
    expect(await examples.result(id)).toEqual(WHOLE);
    expect(refused).toBe(3);
    expect(idsIn(into)).toEqual(ALL);
    expect(await examples.logs(id)).toContain("Too many requests: going on in 1 s.");
    const told = await examples.peer.progress(id);
    expect(told.at(-1)?.metrics).toEqual({ pages: PAGES, requests: PAGES + 3 });
  }, 30_000);

  it("asks for no page twice when it is paused in the middle, and ends the same", async () => {
    const into = aFile();
    const id = await examples.paused("api.sync", { url: `${base}/linked`, into }, 4);
    expect(await examples.result(id)).toEqual(WHOLE);
    expect([...given.values()]).toEqual(Array.from({ length: PAGES }, () => 1));
    expect(idsIn(into)).toEqual(ALL);
  }, 40_000);

  it("asks again only for the page it had not confirmed when it was killed, and has no record twice", async () => {
    const into = aFile();
    const id = await examples.killed("api.sync", { url: `${base}/cursors`, into }, 4);
    expect(await examples.result(id)).toEqual(WHOLE);
    expect([...given.values()].filter((times) => times > 1).length).toBeLessThanOrEqual(1);
    expect(idsIn(into)).toEqual(ALL);
  }, 40_000);

  it("adds only what is new or changed when it is repeated", async () => {
    const into = aFile();
    await examples.run("api.sync", { url: `${base}/linked`, into });
    names = (id) => (id === 7 ? "another name" : `record ${id}`);
    expect(await examples.run("api.sync", { url: `${base}/linked`, into })).toEqual({
      pages: PAGES,
      added: 0,
      changed: 1,
      unchanged: TOTAL - 1,
      records: TOTAL,
    });
    expect(idsIn(into)).toEqual([...ALL, 7]);
  });

  it("follows no link to another server, and does not try again what cannot be", async () => {
    const elsewhere = await examples.begin("api.sync", { url: `${base}/elsewhere`, into: aFile() });
    await expect(examples.result(elsewhere)).rejects.toThrow(/another server.*"retryable":false/);
    const missing = await examples.begin("api.sync", { url: `${base}/missing`, into: aFile() });
    await expect(examples.result(missing)).rejects.toThrow(/answers 404/);
  });
});
