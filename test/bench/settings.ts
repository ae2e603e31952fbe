import { parseArgs } from "node:util";

export const SYSTEMS = [
  "longshore",
  "bullmq",
  "bullmq-aof",
  "graphile-worker",
  "graphile-worker-batched",
  "pg-boss",
] as const;
export type System = (typeof SYSTEMS)[number];

export const CELLS = ["individual", "bulk", "latency", "waiting", "lag"] as const;
type Cell = (typeof CELLS)[number];

/** How much is measured. Everything can be said on the command line. */
export interface Settings {
  readonly rounds: number;
  /** Tasks per round of the closed loops. */
  readonly count: number;
  readonly bulk: number;
  /** Tasks that wait while memory and the restart are measured. */
  readonly waiting: number;
  /** Tasks per round of the latency cells. */
  readonly samples: number;
  /** Jobs at work at once. */
  readonly atOnce: number;
  readonly systems: readonly System[];
  readonly cells: readonly Cell[];
  /** Write docs/benchmarks.md; otherwise the table is only printed. */
  readonly write: boolean;
}

const HELP = `npm run bench -- [options]
  --quick            one short round of everything, to see that it works
  --rounds N         rounds per cell (5); the table shows medians
  --count N          tasks per closed-loop round (20000)
  --bulk N           tasks submitted in bulk (20000)
  --waiting N        tasks that wait (100000)
  --samples N        tasks per latency round (1000)
  --at-once N        jobs at work at once (50)
  --systems a,b      of ${SYSTEMS.join(", ")}
  --cells a,b        of ${CELLS.join(", ")}
  --write            put the table into docs/benchmarks.md
`;

const QUICK = { rounds: 1, count: 1_000, bulk: 2_000, waiting: 5_000, samples: 100 } as const;
const FULL = { rounds: 5, count: 20_000, bulk: 20_000, waiting: 100_000, samples: 1_000 } as const;

const chosen = <T extends string>(
  text: string | undefined,
  all: readonly T[],
  option: string,
): readonly T[] => {
  if (text === undefined) return all;
  return text.split(",").map((name) => {
    const found = all.find((one) => one === name);
    if (!found) throw new Error(`--${option} ${name}: expected some of ${all.join(", ")}`);
    return found;
  });
};

const whole = (text: string | undefined, fallback: number, option: string): number => {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${option} ${text}: expected a whole number from 1`);
  return value;
};

/** The settings, or the help text. Throws an Error that names the option. */
export const readSettings = (argv: readonly string[]): Settings | string => {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      rounds: text,
      count: text,
      bulk: text,
      waiting: text,
      samples: text,
      "at-once": text,
      systems: text,
      cells: text,
      quick: flag,
      write: flag,
      help: flag,
    },
  });
  if (values.help) return HELP;
  const size = values.quick ? QUICK : FULL;
  return {
    rounds: whole(values.rounds, size.rounds, "rounds"),
    count: whole(values.count, size.count, "count"),
    bulk: whole(values.bulk, size.bulk, "bulk"),
    waiting: whole(values.waiting, size.waiting, "waiting"),
    samples: whole(values.samples, size.samples, "samples"),
    atOnce: whole(values["at-once"], 50, "at-once"),
    systems: chosen(values.systems, SYSTEMS, "systems"),
    cells: chosen(values.cells, CELLS, "cells"),
    write: values.write ?? false,
  };
};
