import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type Examples, startExamples } from "./an-example.ts";

const FILES = 40;
const from = temporaryFolder("from");
let examples: Examples;

beforeAll(async () => {
  mkdirSync(join(from, "sub"));
  for (let index = 0; index < FILES; index += 1)
    writeFileSync(join(from, index % 2 ? "sub" : ".", `file ${index}`), Buffer.alloc(10_000 + index, index));
  examples = await startExamples();
}, 60_000);
afterAll(() => examples?.stop());

/** As somebody would check it who has never heard of Longshore. */
const proves = (to: string): void => {
  const said = execFileSync("sha256sum", ["--check", "--strict", "SHA256SUMS"], {
    cwd: to,
    encoding: "utf8",
  });
  expect(said.trim().split("\n")).toHaveLength(FILES);
  expect(existsSync(join(to, "sub", "file 1"))).toBe(true);
  const left = readdirSync(to, { recursive: true }).filter((name) => String(name).endsWith(".part"));
  expect(left).toEqual([]);
};
const counted = (log: string, word: string): string[] =>
  log.split("\n").filter((line) => line.startsWith(word));

describe("the copying of a batch of files", () => {
  it("brings every file over and proves it", async () => {
    const to = join(temporaryFolder("to"), "new");
    const result = await examples.run("files.copy", { from, to });
    expect(result).toMatchObject({ files: FILES, bytes: FILES * 10_000 + (FILES * (FILES - 1)) / 2 });
    proves(to);
  }, 40_000);

  it("copies no file twice when it is paused in the middle, and ends the same", async () => {
    const to = temporaryFolder("to");
    const id = await examples.paused("files.copy", { from, to }, 5);
    expect(await examples.result(id)).toMatchObject({ files: FILES });
    const copied = counted(await examples.logs(id), "copied");
    expect(new Set(copied).size).toBe(FILES);
    expect(copied).toHaveLength(FILES);
    proves(to);
  }, 40_000);

  it("proves what an attempt that was killed had not confirmed, and does not copy it again", async () => {
    const to = temporaryFolder("to");
    const id = await examples.killed("files.copy", { from, to }, 5);
    expect(await examples.result(id)).toMatchObject({ files: FILES });
    const log = await examples.logs(id);
    expect(examples.checkpoints(id)).toBe(FILES);
    expect(counted(log, "copied").length).toBeLessThanOrEqual(FILES);
    proves(to);
  }, 40_000);

  it("repairs a copy that is not what it should be, and keeps those that are", async () => {
    const to = temporaryFolder("to");
    await examples.run("files.copy", { from, to });
    writeFileSync(join(to, "file 0"), "spoilt");
    const id = await examples.begin("files.copy", { from, to });
    await examples.result(id);
    const log = await examples.logs(id);
    expect(counted(log, "copied")).toEqual(["copied file 0"]);
    expect(counted(log, "verified")).toHaveLength(FILES - 1);
    expect(readFileSync(join(to, "file 0"))).toEqual(readFileSync(join(from, "file 0")));
    proves(to);
  }, 40_000);

  it("refuses to copy a folder into itself", async () => {
    const id = await examples.begin("files.copy", { from, to: join(from, "sub") });
    await expect(examples.result(id)).rejects.toThrow(/Neither folder may lie in the other/);
  });
});
