/** When a plan waits for a yes, and how long that yes may take. */
import type { PlanHead } from "./items.ts";
import type { TaskContext } from "./task.context.ts";

/** A yes must come while what was seen is likely to be still so. */
export const APPROVAL_MS = 3_600_000;

/** A report acts on nothing, and so does a plan for an engine on which there is nothing to do. */
const actsOnNothing = ({ dryRun, engine, acts, asks = 0 }: PlanHead): boolean =>
  dryRun === true || (engine !== undefined && acts === 0 && asks === 0);

/** Does this plan of this task wait for somebody's yes? */
export const needsYes = ({ definition }: Pick<TaskContext, "definition">, plan: PlanHead): boolean =>
  !actsOnNothing(plan) && (definition?.approval === true || plan.ask !== undefined);

/** A plan that nobody has said yes to though it needs one: nothing may go on with it. Journals older than hashes do not say. */
export const lacksYes = ({
  definition,
  plan,
  approval,
}: Pick<TaskContext, "definition" | "plan" | "approval">): boolean =>
  plan !== null && plan.hash !== undefined && approval === null && needsYes({ definition }, plan);

const things = (count: number): string => (count === 1 ? "1 item" : `${count} items`);

/** What a plan that waits for a yes says of itself, in a sentence or two. */
export const yesSentence = ({ number, count, ask }: PlanHead): string =>
  `Plan ${number} with ${things(count)} waits for a yes.${ask === undefined ? "" : ` ${ask}`}`;

/** Why a yes comes too late at this moment (ms), in one sentence; null when it does not. */
export const tooLate = (plan: PlanHead | null, now: number): string | null =>
  plan?.expiresAt !== undefined && Date.parse(plan.expiresAt) <= now
    ? `The plan expired at ${plan.expiresAt}; make a new one.`
    : null;
