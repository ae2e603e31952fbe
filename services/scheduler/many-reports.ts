import type { AttemptReport, AttemptReports, ReportReplies, ReportReply } from "#schema/reports.ts";
import { IllegalFact } from "#schema/task.evolve.ts";
import { attempt } from "./attempts.ts";
import type { Authority } from "./authority.ts";
import { FactTooLarge } from "./journal/journal.ts";
import { attemptShape, misshapen } from "./shape.ts";

const one = async (authority: Authority, report: AttemptReport): Promise<ReportReply> => {
  const faults = attemptShape(report);
  if (faults.length > 0) return misshapen(faults);
  try {
    return await attempt(authority, report);
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
