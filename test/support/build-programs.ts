import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { removeInTheEnd } from "./temporary-folder.ts";

interface BuildSteps {
  bundle(outdir: string, entryPoints: Readonly<Record<string, string>>): Promise<void>;
}

/** Plain JavaScript, for it runs before anything is installed. */
const STEPS = new URL("../../infra/embedded/build.mjs", import.meta.url).href;

/** Programs from today's sources, bundled as they are shipped, until the test file is through. Output name → source; gives their folder. */
export const buildPrograms = async (
  of: string,
  entryPoints: Readonly<Record<string, string>>,
): Promise<string> => {
  // Below node_modules, so that packages resolve; by process, so that test files running at once do not meet.
  const outdir = resolve("node_modules", ".cache", `longshore-test-${of}`, String(process.pid));
  removeInTheEnd(outdir);
  mkdirSync(outdir, { recursive: true });
  const { bundle } = (await import(STEPS)) as BuildSteps;
  await bundle(outdir, entryPoints);
  return outdir;
};
