import { timestamp } from "#infra/clock.ts";
import type { AttemptReportBody } from "#schema/reports.ts";
import type { Reported } from "./reporter.ts";

/** Work that is over by then never said by itself that it had begun: one fact and one commit less. */
const TOLD_AFTER_MS = 20;

export const STARTED: AttemptReportBody = { type: "started" };

/** Tells that work has begun which began before anybody was told: with its end when that comes soon, else by itself. */
export interface Beginning {
  /** To be called ahead of every other report but the last. */
  tell(): void;
  /** The last report as it must be said: carrying when the work began when nobody was told. */
  within(last: AttemptReportBody): AttemptReportBody;
  /** Nothing more is said. */
  forget(): void;
}

/** `say` reports at once. */
export const createBeginning = (say: (body: AttemptReportBody) => Promise<Reported>): Beginning => {
  const startedAt = timestamp(Date.now());
  let told = false;
  const forget = (): void => {
    told = true;
    clearTimeout(timer);
  };
  const tell = (): void => {
    if (told) return;
    forget();
    void say(STARTED);
  };
  const timer = setTimeout(tell, TOLD_AFTER_MS);
  return {
    tell,
    within: (last) => {
      if (told) return last;
      if (last.type !== "completed" && last.type !== "attempt-failed") {
        tell();
        return last;
      }
      forget();
      return { ...last, startedAt };
    },
    forget,
  };
};
