import { markAt } from "#schema/items.ts";
import type { JobContext } from "../../../executor.ts";
import type { Intent } from "../containers/judge.ts";
import type { Settled } from "./settled.ts";

/** Other lanes begin within this time more often than not, and share the fact. */
const LINGER_MS = 20;

type Started = Readonly<Record<string, string>>;

/** Kept as the task's checkpoint, by index: when a container had been started last, as seen before acting on it. */
interface Kept {
  /** Of items begun and not settled. */
  readonly begun: Started;
  /** Of items that failed: part of it may have been done all the same. */
  readonly failed?: Started;
}

/** Intents are durable before the engine is asked, so that whoever takes over looks before repeating. */
export interface Intents {
  of(index: number): Intent | undefined;
  /** Resolves when the intent is durable. `startedAt` only where the verb needs it: it costs a fact of its own. */
  declare(index: number, startedAt: string | undefined): Promise<void>;
  settled(index: number, outcome: Settled["outcome"]): void;
  /** Resolves when what a retry needs is durable; before the run ends. */
  keepForRetry(): Promise<void>;
}

const record = (entries: ReadonlyMap<number, string | undefined>): Started =>
  Object.fromEntries([...entries].filter((entry): entry is [number, string] => entry[1] !== undefined));

export const createIntents = (context: JobContext): Intents => {
  const { begun: before = {}, failed: broken = {} } = (context.checkpoint ?? {}) as Partial<Kept>;
  const begun = new Map<number, string | undefined>();
  const failed = new Map<number, string>();
  for (let index = 0; index < context.plan.length; index += 1) {
    const mark = markAt(context.standing.marks, index);
    const failedWhen = broken[String(index)];
    if (mark === 1) begun.set(index, before[String(index)] ?? failedWhen);
    else if (mark !== 2 && failedWhen !== undefined) failed.set(index, failedWhen);
  }
  let unkept = false;
  let next: Promise<void> | undefined;
  let line: Promise<void> = Promise.resolve();

  /** Those that come while one checkpoint is on its way share the next. */
  const keep = (): Promise<void> => {
    next ??= line = line.then(() => {
      next = undefined;
      unkept = false;
      const known = { begun: record(begun), ...(failed.size === 0 ? {} : { failed: record(failed) }) };
      return context.keep(known satisfies Kept);
    });
    return next;
  };

  return {
    of: (index) => {
      const startedAt = begun.get(index) ?? failed.get(index);
      if (startedAt !== undefined) return { startedAt };
      return begun.has(index) ? {} : undefined;
    },
    declare: async (index, startedAt) => {
      if (begun.has(index) && begun.get(index) === startedAt) return;
      begun.set(index, startedAt);
      if (startedAt !== undefined) await keep();
      await context.items([{ index, outcome: "begun" }], LINGER_MS);
    },
    settled: (index, outcome) => {
      const startedAt = begun.get(index);
      begun.delete(index);
      if (outcome !== "failed") failed.delete(index);
      else if (startedAt !== undefined) {
        failed.set(index, startedAt);
        unkept = true;
      }
    },
    keepForRetry: () => (unkept ? keep() : Promise.resolve()),
  };
};
