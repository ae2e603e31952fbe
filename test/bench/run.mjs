// `npm run bench`: installs what Longshore is compared with when it is missing, then measures.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const PEERS = join(HERE, "peers");

const run = (command, args, cwd) => {
  const { status } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
};

// Not `npm ci`, for the reason in docs/decisions/0006; the lockfile's versions hold all the same.
if (!existsSync(join(PEERS, "node_modules", "bullmq")))
  run(
    "npm",
    ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
    PEERS,
  );
run(
  process.execPath,
  ["--import", "tsx", join(HERE, "main.ts"), ...process.argv.slice(2)],
  join(HERE, "..", ".."),
);
