import { type AttemptUse, USE_EVERY_MS } from "#schema/telemetry.ts";
import { createAccount, UNKNOWN, type Use } from "./add-up.ts";
import type { Watched } from "./look.ts";

interface Options {
  /** All that the runner holds. */
  attempts(): readonly Watched[];
  /** False while all work is held because the runner is cut off. */
  stands(): boolean;
  /** What those have used, by mark. */
  look(attempts: readonly Watched[]): Promise<ReadonlyMap<string, Use>>;
  tell(attempts: readonly AttemptUse[]): void;
  failed(error: unknown): void;
}

/** Tells every few seconds what each attempt has used that was at work at the last look too. Gives what ends that. */
export const tellUse = ({ attempts, stands, look, tell, failed }: Options): (() => void) => {
  const accounts = new Map<string, (sum: Use) => Use>();
  let before: ReadonlySet<string> = new Set();
  let looking = false;
  let stopped = false;

  /** One that is paused in place has used what it has: it goes on from there. */
  const forget = (held: readonly Watched[]): void => {
    const marks = new Set(held.map(({ mark }) => mark));
    for (const mark of accounts.keys()) if (!marks.has(mark)) accounts.delete(mark);
  };
  const upToNow = (mark: string, sum: Use): Use => {
    const account = accounts.get(mark) ?? createAccount();
    accounts.set(mark, account);
    return account(sum);
  };

  const again = async (): Promise<void> => {
    const held = attempts();
    forget(held);
    const working = stands() ? held.filter((attempt) => attempt.working) : [];
    const staying = working.filter(({ mark }) => before.has(mark));
    before = new Set(working.map(({ mark }) => mark));
    const sums = await look(staying);
    if (stopped) return;
    tell(
      staying.map(({ taskId, attempt, mark }) => ({
        taskId,
        attempt,
        ...upToNow(mark, sums.get(mark) ?? UNKNOWN),
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
