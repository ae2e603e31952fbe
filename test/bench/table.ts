import { readFileSync, writeFileSync } from "node:fs";
import type { Results } from "./rounds.ts";
import type { System } from "./settings.ts";
import { median } from "./statistics.ts";

const NAMES: Readonly<Record<System, string>> = {
  longshore: "Longshore (every commit on disk, projector running)",
  bullmq: "BullMQ, Redis without persistence",
  "bullmq-aof": "BullMQ, Redis with AOF, fsync always",
  "graphile-worker": "Graphile Worker",
  "graphile-worker-batched": "Graphile Worker, local queue and batched completion",
  "pg-boss": "pg-boss, fetched by the hundred",
};

type Columns = ReadonlyMap<string, readonly (number | null)[]>;

const FORGOTTEN = "forgets them";

const middle = (columns: Columns, name: string, digits: number): string => {
  const values = columns.get(name);
  if (!values || values.length === 0) return "–";
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return FORGOTTEN;
  return median(known).toLocaleString("en-GB", { maximumFractionDigits: digits });
};

const pair = (columns: Columns, name: string): string =>
  `${middle(columns, `${name}-p50`, 1)} / ${middle(columns, `${name}-p99`, 1)}`;

const memory = (columns: Columns): string => {
  const names = [...columns.keys()].filter((name) => name.startsWith("memory-"));
  const parts = names.map((name) => `${name.replace("memory-", "")} ${middle(columns, name, 0)}`);
  return parts.length === 0 ? "–" : parts.join(", ");
};

const HEAD = [
  "System",
  "200 outstanding, tasks/s",
  "1,000 outstanding, tasks/s",
  "Bulk: taken/s",
  "Bulk: completed/s",
  "Submit → at work, idle, p50 / p99 ms",
  "at half load, p50 / p99 ms",
  "100,000 waiting: MB more",
  "back after kill -9, ms",
  "Read model up to date after, ms",
];

const row = (system: System, columns: Columns): string[] => [
  NAMES[system],
  middle(columns, "individual-200", 0),
  middle(columns, "individual-1000", 0),
  middle(columns, "bulk-taken", 0),
  middle(columns, "bulk-completed", 0),
  pair(columns, "idle"),
  pair(columns, "half"),
  memory(columns),
  middle(columns, "restart", 0),
  middle(columns, "lag", 0),
];

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

export const renderTable = (results: Results): string =>
  [
    line(HEAD),
    line(HEAD.map((_, index) => (index === 0 ? "---" : "---:"))),
    ...[...results].map(([system, columns]) => line(row(system, columns))),
  ].join("\n");

const BEGIN = "<!-- figures: npm run bench -- --write -->";
const END = "<!-- end of figures -->";

/** Puts the figures between the markers of a page. Throws when it has none. */
export const writeFigures = (file: string, figures: string): void => {
  const page = readFileSync(file, "utf8");
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${file} has no place for the figures`);
  writeFileSync(file, `${before}${BEGIN}\n\n${figures}\n\n${END}${after}`);
};
