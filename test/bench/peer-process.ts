import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Cells } from "./cells.ts";

interface Answer {
  readonly ready?: true;
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: string;
}

export interface PeerSetUp {
  /** Name of the program under `peers`. */
  readonly program: string;
  readonly server: string;
  readonly atOnce: number;
  readonly setUp?: string;
}

const CELLS = ["individual", "bulk", "latency", "fill", "close"] as const;

/** Starts a peer in a process of its own, so that no two systems share an event loop. */
export const startPeer = async ({ program, server, atOnce, setUp = "" }: PeerSetUp): Promise<Cells> => {
  const child: ChildProcess = fork(
    join(import.meta.dirname, "peers", `${program}.ts`),
    [server, String(atOnce), setUp],
    { execArgv: ["--import", "tsx"], stdio: ["ignore", "inherit", "inherit", "ipc"] },
  );
  const waiting = new Map<number, (answer: Answer) => void>();
  let asked = 0;
  const gone = new Promise<never>((_, reject) => {
    child.once("exit", (code) => reject(new Error(`${program} ended with code ${code}`)));
  });
  gone.catch(() => undefined);
  const ready = new Promise<void>((resolve) => {
    child.on("message", (answer: Answer) => {
      if (answer.ready) resolve();
      else waiting.get(answer.id ?? 0)?.(answer);
    });
  });
  const ask = async (cell: string, given: readonly unknown[]): Promise<unknown> => {
    asked += 1;
    const id = asked;
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    child.send({ id, cell, given });
    const { result, error } = await Promise.race([answered, gone]);
    if (error !== undefined) throw new Error(error);
    return result;
  };
  await Promise.race([ready, gone]);
  return Object.fromEntries(
    CELLS.map((cell) => [cell, (...given: readonly unknown[]) => ask(cell, given)]),
  ) as unknown as Cells;
};
