import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";

const GIBIBYTE = 1024 ** 3;

const firstLine = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: "utf8" }).split("\n")[0]?.trim() ?? "";

const versionOf = (name: string): string => {
  const file = new URL(`./peers/node_modules/${name}/package.json`, import.meta.url);
  return `${name} ${(JSON.parse(readFileSync(file, "utf8")) as { version: string }).version}`;
};

/** Processors, memory and kernel in one line. */
export const describeHost = (): string => {
  const [processor] = cpus();
  return `${cpus().length} cores (${processor?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / GIBIBYTE)} GiB, Linux ${release()}`;
};

/** What the figures were taken on, as lines of a list. */
export const describeMachine = (): readonly string[] => {
  return [
    describeHost(),
    `Node ${process.versions.node}, ${firstLine("redis-server", "--version").split(" ").slice(0, 3).join(" ")}`,
    ["bullmq", "graphile-worker", "pg-boss"].map(versionOf).join(", "),
    `load average when it began: ${loadavg()[0]?.toFixed(2) ?? "?"}`,
  ];
};
