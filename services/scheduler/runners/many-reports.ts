import type { AttemptReport, AttemptReports, ReportReplies, ReportReply } from "#schema/reports.ts";
import { IllegalFact } from "#schema/task.evolve.ts";
import { attempt } from "./attempts.ts";
import type { Authority } from "../authority.ts";
import { FactTooLarge } from "../journal/journal.ts";
import { attemptShape, misshapen } from "../shape.ts";

const one = async (authority: Authority, report: AttemptReport): Promise<ReportReply> => {
  const faults = attemptShape(report);
  if (faults.length > 0) return misshapen(faults);
  try {
    const reply = await attempt(authority, report);
    // Another of the message may take longer: by then it could no longer be told that this one was not stored.
    await authority.journal.settled();
    return reply;
  } catch (error) {
    if (error instanceof FactTooLarge) return { ok: false, code: "invalid", message: error.message };
    if (error instanceof IllegalFact) return { ok: false, code: "illegal", message: error.message };
    throw error;
  }
};

/** Takes what several attempts of a runner report, each by itself. When one cannot be recorded none is answered: all are repeated. */
export const manyReports = async (
  authority: Authority,
  { runner, boot, reports }: AttemptReports,
): Promise<ReportReplies> => ({
  ok: true,
  replies: await Promise.all(reports.map((report) => one(authority, { ...report, runner, boot }))),
});
