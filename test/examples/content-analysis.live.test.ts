import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type Examples, startExamples } from "./an-example.ts";

const folder = temporaryFolder("texts");
/** Some 11 MB: two checkpoints fall into the middle of it. */
const LONG_LINES = 400_000;
let examples: Examples;

beforeAll(async () => {
  mkdirSync(join(folder, "deep"));
  writeFileSync(join(folder, "a.txt"), "The cat. The dog’s\nÉtude — the end");
  writeFileSync(join(folder, "b.bin"), Buffer.from([65, 0, 66]));
  writeFileSync(join(folder, "deep", "c.txt"), "");
  const lines = Array.from({ length: LONG_LINES }, (_, index) => `word${index % 1_000} and the naïve rest`);
  writeFileSync(join(folder, "long.txt"), `${lines.join("\n")}\n`);
  examples = await startExamples();
}, 60_000);
afterAll(() => examples?.stop());

describe("the analysis of content", () => {
  it("counts what is there, and says which words are the most common", async () => {
    expect(await examples.run("content.analysis", { path: join(folder, "a.txt"), top: 2 })).toEqual({
      files: 1,
      binary: 0,
      bytes: 39,
      lines: 1,
      words: 7,
      exact: true,
      top: [
        ["the", 3],
        ["cat", 1],
      ],
    });
  });

  it("gives the same for a folder whether it is left alone, paused or killed in the middle of a file", async () => {
    const payload = { path: folder, top: 5 };
    const undisturbed = await examples.begin("content.analysis", payload);
    const alone = await examples.result(undisturbed);
    expect(alone).toMatchObject({
      files: 3,
      binary: 1,
      lines: LONG_LINES + 1,
      words: LONG_LINES * 5 + 7,
      exact: true,
      top: [
        ["the", LONG_LINES + 3],
        ["and", LONG_LINES],
        ["naïve", LONG_LINES],
        ["rest", LONG_LINES],
        ["word0", LONG_LINES / 1_000],
      ],
    });
    const paused = await examples.paused("content.analysis", payload, 1);
    expect(await examples.result(paused)).toEqual(alone);
    const killed = await examples.killed("content.analysis", payload, 2);
    expect(await examples.result(killed)).toEqual(alone);
    expect(examples.checkpoints(undisturbed)).toBe(2);
    expect(examples.checkpoints(killed)).toBe(examples.checkpoints(undisturbed));
  }, 90_000);

  it("says in words when there is nothing to read", async () => {
    const id = await examples.begin("content.analysis", { path: join(folder, "none") });
    await expect(examples.result(id)).rejects.toThrow(/nothing-there/);
  });
});
