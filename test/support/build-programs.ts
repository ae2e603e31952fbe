import { mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { build } from "esbuild";

/** Programs from today's sources, bundled as they are shipped, until this process ends. Output name → source; gives their folder. */
export const buildPrograms = async (
  of: string,
  entryPoints: Readonly<Record<string, string>>,
): Promise<string> => {
  // Below node_modules, so that packages resolve; by process, so that test files running at once do not meet.
  const outdir = resolve("node_modules", ".cache", `longshore-test-${of}`, String(process.pid));
  mkdirSync(outdir, { recursive: true });
  await build({
    entryPoints,
    outdir,
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "esm",
    sourcemap: true,
    logLevel: "warning",
  });
  process.on("exit", () => rmSync(outdir, { recursive: true, force: true }));
  return outdir;
};
