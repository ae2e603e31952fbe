import { mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";

interface BuildSteps {
  bundle(outdir: string, entryPoints: Readonly<Record<string, string>>): Promise<void>;
}

/** Plain JavaScript, for it runs before anything is installed. */
const STEPS = new URL("../../infra/embedded/build.mjs", import.meta.url).href;

/** Programs from today's sources, bundled as they are shipped, until this process ends. Output name → source; gives their folder. */
export const buildPrograms = async (
  of: string,
  entryPoints: Readonly<Record<string, string>>,
): Promise<string> => {
  // Below node_modules, so that packages resolve; by process, so that test files running at once do not meet.
  const outdir = resolve("node_modules", ".cache", `longshore-test-${of}`, String(process.pid));
  mkdirSync(outdir, { recursive: true });
  const { bundle } = (await import(STEPS)) as BuildSteps;
  await bundle(outdir, entryPoints);
  process.on("exit", () => rmSync(outdir, { recursive: true, force: true }));
  return outdir;
};
