/** A peer's own process: does the cells it is asked for over IPC. Its arguments are the server's address, the jobs at work at once, and the set-up. */
import { cellsOf, type Means } from "../cells.ts";

interface Question {
  readonly id: number;
  readonly cell: keyof ReturnType<typeof cellsOf>;
  readonly given: readonly never[];
}

export const answer = (means: Means): void => {
  const cells = cellsOf(means);
  const perform = async ({ id, cell, given }: Question): Promise<void> => {
    try {
      const result = await (cells[cell] as (...given: readonly never[]) => Promise<unknown>)(...given);
      process.send?.({ id, result });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    if (cell === "close") process.disconnect?.();
  };
  process.on("message", (question: Question) => void perform(question));
  process.on("disconnect", () => process.exit(0));
  process.send?.({ ready: true });
};

export const server = (): string => process.argv[2] ?? "";
export const atOnce = (): number => Number(process.argv[3] ?? 50);
export const setUp = (): string => process.argv[4] ?? "";

/** How many are handed over in one call when many are submitted. */
const CHUNK = 1_000;

/** Calls `take` with the sizes that make up `count`. */
export const inChunks = async (count: number, take: (size: number) => Promise<unknown>): Promise<void> => {
  for (let left = count; left > 0; left -= CHUNK) await take(Math.min(CHUNK, left));
};
