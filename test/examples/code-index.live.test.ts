import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type Examples, startExamples } from "./an-example.ts";

const FILES = 120;
const sourceOf = (index: number): string =>
  `const own${index} = sharedName + constructor;\n\nsharedName(own${index});\n`;
const BYTES = Array.from({ length: FILES }, (_, index) => sourceOf(index)).join("").length;
const folder = temporaryFolder("code");
let examples: Examples;

beforeAll(async () => {
  mkdirSync(join(folder, "src"));
  mkdirSync(join(folder, "node_modules"));
  writeFileSync(join(folder, "node_modules", "a.ts"), "hiddenName");
  writeFileSync(join(folder, "read.me"), "notSource");
  for (let index = 0; index < FILES; index += 1)
    writeFileSync(join(folder, "src", `file${index}.ts`), sourceOf(index));
  examples = await startExamples();
}, 60_000);
afterAll(() => examples?.stop());

const anIndex = (): string => join(temporaryFolder("index"), "code.index");
const search = (index: string, query: string, more: object = {}): Promise<unknown> =>
  examples.run("code.search", { index, query, ...more });

describe("the index of a codebase", () => {
  it("can be searched for where a name stands, and for what begins with something", async () => {
    const index = anIndex();
    const result = await examples.run("code.index", { folder, index });
    expect(result).toEqual({ files: FILES, identifiers: FILES + 3, index });
    expect(await search(index, "own7")).toEqual({
      found: [{ name: "own7", places: { "src/file7.ts": [1, 3] } }],
      more: false,
    });
    const shared = (await search(index, "sharedName")) as { found: { places: object }[] };
    expect(Object.keys(shared.found[0]?.places ?? {})).toHaveLength(FILES);
    expect(await search(index, "own11", { beginning: true, limit: 3 })).toMatchObject({
      found: [{ name: "own11" }, { name: "own110" }, { name: "own111" }],
      more: true,
    });
    for (const unknown of ["hiddenName", "notSource", "own", "zzz"])
      expect(await search(index, unknown)).toEqual({ found: [], more: false });
  }, 40_000);

  it("is the same, byte for byte, whether it was left alone, paused or killed in the middle", async () => {
    const [alone, paused, killed] = [anIndex(), anIndex(), anIndex()];
    const undisturbed = await examples.begin("code.index", { folder, index: alone });
    await examples.result(undisturbed);
    const first = await examples.paused("code.index", { folder, index: paused }, 2);
    expect(await examples.result(first)).toMatchObject({ files: FILES });
    const second = await examples.killed("code.index", { folder, index: killed }, 2);
    expect(await examples.result(second)).toMatchObject({ files: FILES });
    expect(readFileSync(paused, "utf8")).toBe(readFileSync(alone, "utf8"));
    expect(readFileSync(killed, "utf8")).toBe(readFileSync(alone, "utf8"));
    expect(examples.checkpoints(second)).toBe(examples.checkpoints(undisturbed));
    expect(existsSync(`${killed}.gathered`)).toBe(false);
  }, 60_000);

  it("reads no file twice when it is paused", async () => {
    const index = anIndex();
    const id = await examples.paused("code.index", { folder, index }, 2);
    await examples.result(id);
    const steps = (await examples.peer.progress(id)).map(({ done }) => done ?? 0);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(steps.at(-1)).toBe(FILES);
    const last = (await examples.peer.progress(id)).at(-1);
    expect(last).toMatchObject({ attempt: 2, metrics: { files: FILES, bytes: BYTES } });
  }, 40_000);

  it("says so when there is no index to search", async () => {
    const id = await examples.begin("code.search", { index: "/no/such/index", query: "x" });
    await expect(examples.result(id)).rejects.toThrow(/no-index/);
  });
});
