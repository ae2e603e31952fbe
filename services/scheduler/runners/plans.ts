/** The fact a plan becomes: numbered, counted, held to its guard, and good for a while where it needs a yes. */
import { createHash } from "node:crypto";
import { timestamp } from "#infra/clock.ts";
import type { Plan, PlanHead } from "#schema/items.ts";
import { APPROVAL_MS, needsYes } from "#schema/plan-approval.ts";
import { excess, PLANS_REMEMBERED } from "#schema/plan-guard.ts";
import type { Schedule } from "#schema/schedule.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import { definitionOf } from "#schema/task.evolve.ts";
import type { Authority } from "../authority.ts";
import { type Cause, type LiveTask, snapshotOf } from "../tasks.ts";

const scheduleOf = ({ records }: Authority, { submittedBy }: TaskDefinition): Schedule | undefined =>
  submittedBy.kind === "schedule" ? records.schedule.get(submittedBy.id) : undefined;

/** What other runs of the schedule have planned: a plan made anew is compared with those, not with itself. */
const othersOf = (schedule: Schedule | undefined, id: string): NonNullable<Schedule["plans"]> =>
  (schedule?.plans ?? []).filter(({ task }) => task !== id);

const actsOf = ({ items }: Plan): Plan["items"] =>
  items.filter(({ skip, ask }) => skip === undefined && ask === undefined);
const asksOf = ({ items }: Plan): Plan["items"] =>
  items.filter(({ skip, ask }) => skip === undefined && ask !== undefined);

/** Which limit of its guard the plan exceeds; null for a report, which acts on nothing. */
const askOf = (authority: Authority, definition: TaskDefinition, plan: Plan): string | null => {
  if (definition.guard === undefined || plan.dryRun === true) return null;
  const before = othersOf(scheduleOf(authority, definition), definition.id).map(({ acts }) => acts);
  return excess(definition.guard, { acts: actsOf(plan).length, count: plan.items.length, before });
};

/** What the fact tells of a plan beside the plan itself. Keeps a large one in the object store. */
export const planHead = async (authority: Authority, task: LiveTask, plan: Plan): Promise<PlanHead> => {
  const kept = await authority.objects.keep(plan);
  const { context } = snapshotOf(task);
  const acts = actsOf(plan);
  const ask = askOf(authority, definitionOf(context), plan);
  const head: PlanHead = {
    // By its attempt, which goes on after a revival: a yes to an earlier life's plan must not fit this one.
    number: context.attempt,
    count: plan.items.length,
    plan: kept,
    hash: createHash("sha256").update(JSON.stringify(plan)).digest("hex"),
    acts: acts.length,
    bytes: acts.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    asks: asksOf(plan).length,
    ...(plan.engine === undefined ? {} : { engine: plan.engine }),
    ...(plan.dryRun === true ? { dryRun: true } : {}),
    ...(ask === null ? {} : { ask }),
  };
  if (!needsYes(context, head)) return head;
  return { ...head, expiresAt: timestamp(authority.clock.now() + APPROVAL_MS) };
};

/**
 * The schedule remembers what its latest plans meant to act on, so that the next can be compared. One that exceeds its guard
 * counts only with a yes: else what was refused a few nights in a row would be the usual.
 */
export const rememberPlan = (
  authority: Authority,
  task: LiveTask,
  { acts = 0, ask }: PlanHead,
  { yes, ...cause }: Omit<Cause, "by"> & { readonly yes?: true },
): void => {
  const schedule = scheduleOf(authority, definitionOf(snapshotOf(task).context));
  if (!schedule) return;
  const others = othersOf(schedule, task.id);
  const counts = ask === undefined || yes;
  const plans = counts ? [...others, { task: task.id, acts }].slice(-PLANS_REMEMBERED) : others;
  authority.records.schedule.record(
    schedule.id,
    { type: "planned", task: task.id, acts, ...(yes ? { yes } : {}) },
    { ...schedule, plans },
    { ...cause, by: { kind: "schedule", id: schedule.id } },
  );
};
