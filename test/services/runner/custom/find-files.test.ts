import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findExecutorFiles } from "../../../../services/runner/custom/find-files.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

it("only what can be read to its end is an executor's file: no pipe, no broken link, no folder", async () => {
  const folder = temporaryFolder("files");
  writeFileSync(join(folder, "a.executor.js"), "");
  symlinkSync(join(folder, "a.executor.js"), join(folder, "b.executor.js"));
  symlinkSync(join(folder, "nowhere"), join(folder, "c.executor.js"));
  symlinkSync(folder, join(folder, "d.executor.js"));
  execFileSync("mkfifo", [join(folder, "e.executor.js")]);
  mkdirSync(join(folder, "f.executor.js"));
  const { files, fingerprint } = await findExecutorFiles(folder);
  expect(files).toEqual(["a", "b"].map((name) => join(folder, `${name}.executor.js`)));
  expect(fingerprint, "what is no file now may be one later").toContain("e.executor.js");
});
