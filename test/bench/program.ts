import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

interface BuildSteps {
  buildServices(outdir: string, more: Readonly<Record<string, string>>): Promise<void>;
}

/** Plain JavaScript, for it runs before anything is installed. */
const STEPS = new URL("../../infra/embedded/build.mjs", import.meta.url).href;

/** The product as it is shipped, built from today's sources into a folder of its own, with the no-op type beside its own types. */
export const buildProduct = async (): Promise<string> => {
  // Below node_modules, so that packages resolve.
  const outdir = resolve("node_modules", ".cache", `longshore-bench-${process.pid}`);
  mkdirSync(outdir, { recursive: true });
  process.once("exit", () => rmSync(outdir, { recursive: true, force: true }));
  const { buildServices } = (await import(STEPS)) as BuildSteps;
  await buildServices(outdir, {
    [join("executors", "noop.executor")]: join(import.meta.dirname, "noop.executor.ts"),
  });
  return join(outdir, "start.js");
};
