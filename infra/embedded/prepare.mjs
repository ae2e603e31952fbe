// Runs before npm start and npm test with nothing installed yet: only what Node itself brings.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const OLDEST_NODE = [20, 19];
const STAMP = join("node_modules", ".longshore-lock");

const fail = (sentence) => {
  console.error(sentence);
  process.exit(1);
};

const requireNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(`Longshore needs Node ${OLDEST_NODE.join(".")} or newer; this is ${process.versions.node}.`);
};

const contentOf = (path) => (existsSync(path) ? readFileSync(path, "utf8") : "");

const install = () => {
  const wanted = createHash("sha256").update(readFileSync("package-lock.json")).digest("hex");
  if (contentOf(STAMP) === wanted) return;
  console.log("Installing dependencies (npm)");
  // Under `npm start` this is npm's own script, so the same npm is used wherever it lives.
  const npm = process.env.npm_execpath;
  // Not `npm ci`: it refuses a lockfile that lacks a foreign platform's optional binary, which npm itself leaves out
  // when the registry did not have it. With --no-save the lockfile's versions and checksums hold and it is not rewritten.
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--include=dev", "--loglevel=error"];
  const done = npm
    ? spawnSync(process.execPath, [npm, ...args], { stdio: "inherit" })
    : spawnSync("npm", args, { stdio: "inherit" });
  if (done.status !== 0) {
    fail(
      "The dependencies could not be installed: npm's own message is above (is the package registry reachable?).",
    );
  }
  writeFileSync(STAMP, wanted);
};

const filesUnder = (path) => {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
};

/** Names, sizes and times of the sources: cheap to take, and a needless build is the worst it can cause. */
const fingerprint = (paths) => {
  const hash = createHash("sha256");
  for (const file of paths.flatMap(filesUnder).toSorted()) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${relative(ROOT, file)}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest("hex");
};

const TARGETS = [
  {
    name: "services",
    sources: ["schema", "infra", "services", "client", "web/server", "package-lock.json"],
    build: "buildServices",
  },
  {
    name: "console",
    sources: ["schema", "client", "web/console", "package-lock.json"],
    build: "buildConsole",
  },
];

/** `--force` builds what is up to date as well, `--only=services` leaves the console alone. */
const build = async (words) => {
  const force = words.includes("--force");
  const only = words.find((word) => word.startsWith("--only="))?.slice("--only=".length);
  for (const target of TARGETS.filter(({ name }) => only === undefined || name === only)) {
    const stamp = join("dist", `.built-${target.name}`);
    const now = fingerprint(target.sources);
    if (!force && contentOf(stamp) === now) continue;
    console.log(`Building the ${target.name}`);
    rmSync(stamp, { force: true });
    const steps = await import(pathToFileURL(join(ROOT, "infra", "embedded", "build.mjs")).href);
    await steps[target.build]();
    mkdirSync("dist", { recursive: true });
    writeFileSync(stamp, now);
  }
};

requireNode();
process.chdir(ROOT);
install();
try {
  await build(process.argv.slice(2));
} catch (error) {
  fail(`The build failed: ${error instanceof Error ? error.message : String(error)}`);
}
