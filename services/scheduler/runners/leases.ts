import type { Hello, LeaseRenewal, ReportReply, Welcome } from "#schema/reports.ts";
import { SCHEDULER } from "#schema/actor.ts";
import type { Authority } from "../authority.ts";
import { snapshotOf } from "../tasks.ts";
import { cordonOf } from "../shared-limits.ts";
import { slotsOf } from "./scale.ts";

/** Every attempt a runner holds, at work or in place, is lost; what may be repeated queues again. */
const loseAttempts = ({ tasks }: Authority, runner: string, message: string): void => {
  for (const task of tasks.all()) {
    const snapshot = snapshotOf(task);
    const event = { type: "attempt-lost", message } as const;
    if (snapshot.context.runner === runner && snapshot.can(event))
      tasks.record(task, event, { by: SCHEDULER });
  }
};

/** A runner introduces itself. A new boot loses the attempts of the one before; the same boot is welcomed again, and what it announces anew is recorded. */
export const hello = async (
  authority: Authority,
  greeting: Hello,
): Promise<Welcome | Extract<ReportReply, { ok: false }>> => {
  const { journal, runners, records, epoch } = authority;
  // It may have read a fact whose ack is still on its way to us.
  if (greeting.seen > journal.stored.seq) await journal.settled();
  if (greeting.seen > journal.stored.seq) {
    const message = `Runner ${greeting.runner} has seen fact ${greeting.seen}, but the journal ends at ${journal.stored.seq}: facts are missing.`;
    return { ok: false, code: "behind", message };
  }
  const namesake = runners.namesake(greeting);
  if (namesake) {
    const message = `A runner ${greeting.runner} is at work already, as process ${namesake.pid} on ${namesake.host}; give one of the two another LONGSHORE_RUNNER_ID.`;
    return { ok: false, code: "name-taken", message };
  }
  const known = runners.get(greeting.runner);
  const wished = {
    ...(records.limit.get(cordonOf(greeting.runner)) ? { cordoned: true } : {}),
    ...slotsOf(records, greeting.runner),
  };
  if (known?.present && known.boot === greeting.boot) {
    runners.renew(greeting.runner, greeting.boot);
    if (runners.differs(greeting)) runners.join(greeting);
    return { ok: true, seq: known.joined, epoch, ...wished };
  }
  loseAttempts(authority, greeting.runner, `Runner ${greeting.runner} was restarted.`);
  return { ok: true, seq: runners.join(greeting).seq, epoch, ...wished };
};

/** Makes no fact: leases live in memory. */
export const renew = ({ runners, journal }: Authority, { runner, boot }: LeaseRenewal): ReportReply =>
  runners.renew(runner, boot)
    ? { ok: true, seq: journal.stored.seq }
    : { ok: false, code: "unknown-runner", message: "This boot is not present; say hello again." };

export const goodbye = (authority: Authority, { runner, boot }: LeaseRenewal): ReportReply => {
  const known = authority.runners.get(runner);
  if (known?.present && known.boot === boot) {
    authority.runners.leave(runner, "left", "It was stopped.");
    loseAttempts(authority, runner, `Runner ${runner} was stopped.`);
  }
  return { ok: true, seq: authority.journal.stored.seq };
};

/** Declares runners lost whose lease ran out. */
export const loseOverdue = (authority: Authority): void => {
  for (const { id } of authority.runners.overdue()) {
    authority.log.warn({ runner: id }, "lease ran out");
    authority.runners.leave(id, "lost", "Its lease was not renewed.");
    loseAttempts(authority, id, `Runner ${id} was lost: its lease was not renewed.`);
  }
};
