import { setTimeout as sleep } from "node:timers/promises";
import type { AttemptReport, AttemptReportBody, ReportReply } from "#schema/reports.ts";
import type { ToSlot } from "../slots/slot-protocol.ts";

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/** `refused`: the chart does not allow this report now. `stale`: the attempt is not ours any more. */
export type Reported = "recorded" | "refused" | "stale";

/** Whose reports these are. */
export interface Identity {
  readonly taskId: string;
  readonly attempt: number;
  readonly token: string;
}

/** Tells the scheduler what an attempt does: in order, one report at a time, each repeated until it is answered. */
export interface Reporter {
  report(body: AttemptReportBody): Promise<Reported>;
  /** What the work is told of the latest report, which it asked for under this id. */
  reply(id: number, outcome: Reported): ToSlot;
  /** Goes on under a new assignment: numbers begin again. */
  adopt(identity: Identity): void;
  /** No more reports: those that wait end as stale. */
  close(): void;
}

export interface ReportWay {
  /** Sends one report; undefined when nobody answered. */
  send(report: Omit<AttemptReport, "runner" | "boot">): Promise<ReportReply | undefined>;
  /** Resolves when this runner's lease stands. */
  live(): Promise<void>;
  /** Introduces this runner again to a scheduler that does not know it. */
  greet(): Promise<void>;
}

export const createReporter = (way: ReportWay, first: Identity): Reporter => {
  let series = { identity: first, number: 0 };
  let closed = false;
  let whyRefused = "";
  let line: Promise<unknown> = Promise.resolve();

  const answerTo = async (mine: typeof series, body: AttemptReportBody): Promise<ReportReply | undefined> => {
    await way.live();
    const { taskId, attempt, token } = mine.identity;
    return closed ? undefined : way.send({ taskId, attempt, token, number: mine.number + 1, body });
  };

  const untilAnswered = async (mine: typeof series, body: AttemptReportBody): Promise<Reported> => {
    for (let wait = FIRST_WAIT_MS; !closed; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      const reply = await answerTo(mine, body);
      if (reply?.ok) {
        mine.number += 1;
        return "recorded";
      }
      if (reply?.code === "stale") return "stale";
      if (reply?.code === "illegal" || reply?.code === "invalid") {
        whyRefused = reply.message;
        return "refused";
      }
      if (reply?.code === "unknown-runner") await way.greet();
      if (!closed) await sleep(wait);
    }
    return "stale";
  };

  return {
    report: (body) => {
      const mine = series;
      const turn = line.then(() => untilAnswered(mine, body));
      line = turn.catch(() => undefined);
      return turn;
    },
    reply: (id, outcome) =>
      outcome === "refused" ? { kind: "not-recorded", id, message: whyRefused } : { kind: "recorded", id },
    adopt: (next) => {
      series = { identity: next, number: 0 };
    },
    close: () => {
      closed = true;
    },
  };
};
