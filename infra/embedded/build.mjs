import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

/** Output name → source, for every program of the product. */
const PROGRAMS = {
  start: "infra/embedded/start.ts",
  login: "infra/embedded/login.ts",
  demo: "infra/embedded/demo.ts",
  rebuild: "services/projector/rebuild-main.ts",
  scheduler: "services/scheduler/main.ts",
  "scheduler-checkpoint": "services/scheduler/recovery/checkpoint-main.ts",
  runner: "services/runner/main.ts",
  "runner-lease": "services/runner/lease/lease-thread.ts",
  "runner-slot": "services/runner/slots/slot-process.ts",
  "runner-work": "services/runner/work/work-host.ts",
  "executor-kit": "services/runner/executor-kit.ts",
  monitor: "services/monitor/main.ts",
  projector: "services/projector/main.ts",
  web: "web/server/main.ts",
  cli: "client/cli/main.ts",
};

const EXECUTORS = "services/runner/executors";

/** The runner discovers executors by folder, so each keeps its place below dist/executors. */
const executors = () => {
  const files = readdirSync(EXECUTORS, { recursive: true }).filter((file) => file.endsWith(".executor.ts"));
  return Object.fromEntries(
    files.map((file) => [join("executors", file.replace(/\.ts$/, "")), join(EXECUTORS, file)]),
  );
};

/** An executor whose source has moved or gone would be found as well, and declare its type a second time. */
const dropStaleExecutors = (outdir, kept) => {
  const folder = join(outdir, "executors");
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder, { recursive: true })) {
    const output = join("executors", file.replace(/\.js(\.map)?$/, ""));
    if (file.includes(".executor.js") && kept[output] === undefined) rmSync(join(folder, file));
  }
};

/** Bundles each program (output name → source) into one file of its own; packages stay outside. */
export const bundle = async (outdir, entryPoints) => {
  const { build } = await import("esbuild");
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
};

/** Bundles every service. `more` are further programs: output name → source. */
export const buildServices = async (outdir = "dist", more = {}) => {
  const entryPoints = { ...PROGRAMS, ...executors(), ...more };
  await bundle(outdir, entryPoints);
  dropStaleExecutors(outdir, entryPoints);
};

/** Builds the console beside its old version and swaps them, so a running web server never serves half of it. */
export const buildConsole = async () => {
  const { build } = await import("vite");
  const target = resolve("dist", "console");
  const incoming = `${target}.${process.pid}`;
  await build({
    root: resolve("web", "console"),
    logLevel: "warn",
    build: { outDir: incoming, emptyOutDir: true },
  });
  rmSync(target, { recursive: true, force: true });
  renameSync(incoming, target);
};
