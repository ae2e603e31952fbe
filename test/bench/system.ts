import type { Cells } from "./cells.ts";
import { residentOf, startLongshore } from "./longshore.ts";
import { type PeerSetUp, startPeer } from "./peer-process.ts";
import { startPostgres, startRedis } from "./servers.ts";
import type { System } from "./settings.ts";
import { waitingInLongshore } from "./waiting.ts";

/** What a backlog costs, bytes by process, and how many milliseconds the way back takes; null: it is forgotten. */
export interface WaitingCost {
  readonly bytes: Readonly<Record<string, number>>;
  readonly backAfter: number | null;
}

/** One of the systems, at work. */
export interface Measured {
  readonly cells: Cells;
  /** Only Longshore has a projection; milliseconds from a round's last completion until the read model has it. */
  readonly lag?: () => Promise<number>;
  stop(): Promise<void>;
}

interface Means {
  readonly program: string;
  readonly atOnce: number;
}

const servers = {
  bullmq: () => startRedis("none"),
  "bullmq-aof": () => startRedis("always"),
  "graphile-worker": startPostgres,
  "graphile-worker-batched": startPostgres,
  "pg-boss": startPostgres,
} as const;

const setUpOf = (system: Exclude<System, "longshore">): Pick<PeerSetUp, "program" | "setUp"> => ({
  program: system.replace(/-(aof|batched)$/, ""),
  setUp: system.endsWith("-batched") ? "batched" : "",
});

export const startSystem = async (system: System, { program, atOnce }: Means): Promise<Measured> => {
  if (system === "longshore") {
    const longshore = await startLongshore({ program, atOnce });
    return { cells: longshore.cells, lag: longshore.lag, stop: longshore.stop };
  }
  const server = await servers[system]();
  const cells = await startPeer({ ...setUpOf(system), server: server.url, atOnce });
  return {
    cells,
    stop: async () => {
      await cells.close();
      await server.stop();
    },
  };
};

/** A fresh system with `count` tasks waiting: what they cost, then kill -9 and back. Postgres keeps them on disk: bytes of no process. */
export const waitingIn = async (
  system: System,
  { program, atOnce }: Means,
  count: number,
): Promise<WaitingCost> => {
  if (system === "longshore") return waitingInLongshore(program, count);
  const server = await servers[system]();
  const peer = await startPeer({ ...setUpOf(system), server: server.url, atOnce });
  const before = residentOf(server.pid);
  await peer.fill(count);
  const bytes = system.startsWith("bullmq") ? { redis: residentOf(server.pid) - before } : {};
  await peer.close();
  const backAfter = await server.crash();
  await server.stop();
  return { bytes, backAfter: system === "bullmq" ? null : backAfter };
};
