import { join } from "node:path";
import { describeMachine } from "./machine.ts";
import { buildProduct } from "./program.ts";
import { measure } from "./rounds.ts";
import { readSettings, type Settings } from "./settings.ts";
import { renderTable, writeFigures } from "./table.ts";

const PAGE = join(import.meta.dirname, "..", "..", "docs", "benchmarks.md");

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const conditions = ({ rounds, count, bulk, waiting, atOnce }: Settings): string =>
  `${rounds} rounds, medians; ${count} tasks per closed loop, ${bulk} in bulk, ${waiting} waiting, ${atOnce} at work at once`;

const run = async (settings: Settings): Promise<void> => {
  const machine = describeMachine();
  const results = await measure(settings, await buildProduct(), say);
  const day = new Date().toISOString().slice(0, 10);
  const about = [`Taken on ${day}`, conditions(settings), ...machine].map((fact) => `- ${fact}`).join("\n");
  const figures = `${about}\n\n${renderTable(results)}`;
  process.stdout.write(`${figures}\n`);
  if (settings.write) writeFigures(PAGE, figures);
};

try {
  const settings = readSettings(process.argv.slice(2));
  if (typeof settings === "string") process.stdout.write(settings);
  else await run(settings);
  process.exit(0);
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
}
