import { markAt } from "#schema/items.ts";
import type { JobContext } from "../../executor.ts";
import type { Intent } from "./judge.ts";

/** Kept as the task's checkpoint: for items begun and not settled, when their container had been started last. */
interface Kept {
  readonly begun: Readonly<Record<string, string>>;
}

/** Intents are durable before the engine is asked, so that whoever takes over looks before repeating. */
export interface Intents {
  of(index: number): Intent | undefined;
  /** Resolves when the intent is durable. */
  declare(index: number, startedAt: string): Promise<void>;
  settled(index: number): void;
}

export const createIntents = (context: JobContext): Intents => {
  const before = (context.checkpoint as Kept | null)?.begun ?? {};
  const begun = new Map<number, string | undefined>();
  for (let index = 0; index < context.plan.length; index += 1) {
    if (markAt(context.standing.marks, index) === 1) begun.set(index, before[String(index)]);
  }
  let next: Promise<void> | undefined;
  let line: Promise<void> = Promise.resolve();

  /** Those that come while one checkpoint is on its way share the next. */
  const keep = (): Promise<void> => {
    next ??= line = line.then(() => {
      next = undefined;
      const known = [...begun].filter((entry): entry is [number, string] => entry[1] !== undefined);
      return context.keep({ begun: Object.fromEntries(known) } satisfies Kept);
    });
    return next;
  };

  return {
    of: (index) => (begun.has(index) ? { startedAt: begun.get(index) } : undefined),
    declare: async (index, startedAt) => {
      begun.set(index, startedAt);
      await keep();
      await context.items([{ index, outcome: "begun" }], "now");
    },
    settled: (index) => void begun.delete(index),
  };
};
