import type { ReportReply, Stall } from "#schema/reports.ts";
import type { Authority } from "../authority.ts";
import { snapshotOf } from "../tasks.ts";
import { STALE } from "./attempts.ts";

const BY = { by: { kind: "monitor", id: "monitor" } } as const;

/**
 * A monitor found an attempt without a sign of life, or found one again. A repeat makes no fact. What waits for its engine
 * is not stuck, and what has moved on since the monitor looked is no longer its affair.
 */
export const stall = ({ tasks }: Authority, { taskId, attempt, evidence }: Stall): ReportReply => {
  const task = tasks.get(taskId);
  if (!task || snapshotOf(task).context.attempt !== attempt) return STALE;
  const snapshot = snapshotOf(task);
  const isStuck = snapshot.matches("stuck");
  if (isStuck === (evidence !== null)) return { ok: true, seq: task.seq };
  if (evidence === null) return { ok: true, seq: tasks.record(task, { type: "recovered" }, BY).seq };
  if (!snapshot.matches("running") || snapshot.matches({ running: "waiting-for-host" })) return STALE;
  return {
    ok: true,
    seq: tasks.record(task, { type: "stalled", evidence }, { ...BY, reason: evidence }).seq,
  };
};
