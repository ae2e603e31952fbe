import type { Settings, System } from "./settings.ts";
import { percentile } from "./statistics.ts";
import { startSystem, waitingIn } from "./system.ts";

/** One round's values by the name of the table's column. */
type Values = Record<string, number | null>;

/** What was measured: system, then column, then one value per round. */
export type Results = Map<System, Map<string, (number | null)[]>>;

const MEGABYTE = 1e6;

const closedLoops = async (system: System, settings: Settings, program: string): Promise<Values> => {
  const { cells: wanted, count, bulk, samples, atOnce } = settings;
  const running = await startSystem(system, { program, atOnce });
  const { cells } = running;
  const values: Values = {};
  try {
    // What is compiled and connected at the first use is not what is measured.
    await cells.individual(atOnce, Math.max(100, Math.floor(count / 10)));
    if (wanted.includes("individual")) {
      for (const outstanding of [200, 1_000])
        values[`individual-${outstanding}`] = await cells.individual(outstanding, count);
    }
    if (wanted.includes("lag") && running.lag) values["lag"] = await running.lag();
    if (wanted.includes("bulk")) {
      const { taken, completed } = await cells.bulk(bulk);
      Object.assign(values, { "bulk-taken": taken, "bulk-completed": completed });
    }
    if (wanted.includes("latency")) {
      const full = values["individual-200"] ?? (await cells.individual(200, count));
      const idle = await cells.latency(null, samples);
      const half = await cells.latency(full / 2, Math.max(samples, Math.floor(full)));
      Object.assign(values, {
        "idle-p50": percentile(idle, 0.5),
        "idle-p99": percentile(idle, 0.99),
        "half-p50": percentile(half, 0.5),
        "half-p99": percentile(half, 0.99),
      });
    }
  } finally {
    await running.stop();
  }
  return values;
};

const standstill = async (system: System, settings: Settings, program: string): Promise<Values> => {
  if (!settings.cells.includes("waiting")) return {};
  const { waiting, atOnce } = settings;
  const { bytes, backAfter } = await waitingIn(system, { program, atOnce }, waiting);
  const per100k = 100_000 / waiting / MEGABYTE;
  const entries = Object.entries(bytes).map(([name, size]) => [`memory-${name}`, size * per100k] as const);
  return { ...Object.fromEntries(entries), restart: backAfter };
};

/** All rounds: in each every system has its turn, forwards and backwards by turns, so that a noisy minute favours nobody. */
export const measure = async (
  settings: Settings,
  program: string,
  say: (line: string) => void,
): Promise<Results> => {
  const results: Results = new Map();
  for (let round = 1; round <= settings.rounds; round += 1) {
    const order = round % 2 === 1 ? settings.systems : settings.systems.toReversed();
    for (const system of order) {
      const values = {
        ...(await closedLoops(system, settings, program)),
        ...(await standstill(system, settings, program)),
      };
      say(`round ${round}, ${system}: ${JSON.stringify(values, (_, value: unknown) => rounded(value))}`);
      const columns = results.get(system) ?? new Map<string, (number | null)[]>();
      results.set(system, columns);
      for (const [column, value] of Object.entries(values))
        columns.set(column, [...(columns.get(column) ?? []), value]);
    }
  }
  return results;
};

const rounded = (value: unknown): unknown =>
  typeof value === "number" ? Math.round(value * 100) / 100 : value;
