import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

/** Output name → source, for every program of the product. */
const PROGRAMS = {
  start: "infra/embedded/start.ts",
  login: "infra/embedded/login.ts",
  demo: "infra/embedded/demo.ts",
  rebuild: "services/projector/rebuild-main.ts",
  scheduler: "services/scheduler/main.ts",
  runner: "services/runner/main.ts",
  "runner-lease": "services/runner/lease-thread.ts",
  "runner-slot": "services/runner/slot-process.ts",
  monitor: "services/monitor/main.ts",
  projector: "services/projector/main.ts",
  web: "web/server/main.ts",
  longshore: "client/main.ts",
};

const EXECUTORS = "services/runner/executors";

/** The runner discovers executors by folder, so each keeps its place below dist/executors. */
const executors = () => {
  if (!existsSync(EXECUTORS)) return {};
  const files = readdirSync(EXECUTORS, { recursive: true }).filter((file) => file.endsWith(".executor.ts"));
  return Object.fromEntries(
    files.map((file) => [join("executors", file.replace(/\.ts$/, "")), join(EXECUTORS, file)]),
  );
};

/** While the first slice is being written; a missing program becomes an error when all have landed. */
const present = (programs) => {
  const missing = Object.values(programs).filter((file) => !existsSync(file));
  if (missing.length > 0) console.log(`Not there yet: ${missing.join(", ")}`);
  return Object.fromEntries(Object.entries(programs).filter(([, file]) => existsSync(file)));
};

/** Bundles every service into one file of its own; packages stay outside. */
export const buildServices = async () => {
  const entryPoints = { ...present(PROGRAMS), ...executors() };
  const { build } = await import("esbuild");
  await build({
    entryPoints,
    outdir: "dist",
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "esm",
    sourcemap: true,
    logLevel: "warning",
  });
};

/** Builds the console beside its old version and swaps them, so a running web server never serves half of it. */
export const buildConsole = async () => {
  if (!existsSync(join("web", "console", "index.html"))) return;
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
