import { type AttemptUse, USE_EVERY_MS } from "#schema/telemetry.ts";
import { createAccount, UNKNOWN, type Use } from "./add-up.ts";
import type { OwnUse } from "./own-use.ts";
import type { Watched } from "./watched.ts";

interface Options {
  /** All that the runner holds. */
  attempts(): readonly Watched[];
  /** False while all work is held because the runner is cut off. */
  stands(): boolean;
  /** What a slot's process has used so far. */
  own(place: Watched["place"]): OwnUse | null;
  /** What those attempts have used, by mark. */
  look(
    attempts: readonly { readonly mark: string; readonly own: OwnUse | null }[],
  ): Promise<ReadonlyMap<string, Use>>;
  tell(attempts: readonly AttemptUse[]): void;
  failed(error: unknown): void;
}

/** What is kept of an attempt from its first look on, also while it is paused in place. */
interface Kept {
  readonly own: OwnUse | null;
  readonly upToNow: (sum: Use) => Use;
}

/**
 * Tells every few seconds what each attempt has used that was at work at the last look too. What is over before a look costs
 * nothing; for that, of work inside a slot's process the processor time and bytes before the first look are not counted.
 * Gives what ends it.
 */
export const tellUse = ({ attempts, stands, own, look, tell, failed }: Options): (() => void) => {
  const kept = new Map<string, Kept>();
  let before: ReadonlySet<string> = new Set();
  let looking = false;
  let stopped = false;

  const keep = ({ mark, place }: Watched): Kept => {
    const known = kept.get(mark) ?? { own: own(place), upToNow: createAccount() };
    kept.set(mark, known);
    return known;
  };
  const forget = (held: readonly Watched[]): void => {
    const marks = new Set(held.map(({ mark }) => mark));
    for (const mark of kept.keys()) if (!marks.has(mark)) kept.delete(mark);
  };

  const again = async (): Promise<void> => {
    const held = attempts();
    forget(held);
    const working = (stands() ? held.filter((attempt) => attempt.working) : []).map((attempt) => ({
      ...attempt,
      ...keep(attempt),
    }));
    const staying = working.filter(({ mark }) => before.has(mark));
    before = new Set(working.map(({ mark }) => mark));
    const sums = await look(staying);
    if (stopped) return;
    tell(
      staying.map(({ taskId, attempt, mark, upToNow }) => ({
        taskId,
        attempt,
        ...upToNow(sums.get(mark) ?? UNKNOWN),
      })),
    );
  };

  const timer = setInterval(() => {
    // On a host that slow a look may be missed.
    if (looking) return;
    looking = true;
    void again()
      .catch(failed)
      .finally(() => (looking = false));
  }, USE_EVERY_MS);
  return () => {
    stopped = true;
    clearInterval(timer);
  };
};
