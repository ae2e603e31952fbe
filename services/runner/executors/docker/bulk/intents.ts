import { markAt } from "#schema/items.ts";
import type { JobContext } from "../../../executor.ts";
import type { Intent } from "../containers/judge.ts";

/** Other lanes begin within this time more often than not, and share the fact. */
const LINGER_MS = 20;

/** Kept as the task's checkpoint: for items begun and not settled, when their container had been started last. */
interface Kept {
  readonly begun: Readonly<Record<string, string>>;
}

/** Intents are durable before the engine is asked, so that whoever takes over looks before repeating. */
export interface Intents {
  of(index: number): Intent | undefined;
  /** Resolves when the intent is durable. `startedAt` only where the verb needs it: it costs a fact of its own. */
  declare(index: number, startedAt: string | undefined): Promise<void>;
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
    of: (index) => {
      if (!begun.has(index)) return undefined;
      const startedAt = begun.get(index);
      return startedAt === undefined ? {} : { startedAt };
    },
    declare: async (index, startedAt) => {
      if (begun.has(index) && begun.get(index) === startedAt) return;
      begun.set(index, startedAt);
      if (startedAt !== undefined) await keep();
      await context.items([{ index, outcome: "begun" }], LINGER_MS);
    },
    settled: (index) => void begun.delete(index),
  };
};
