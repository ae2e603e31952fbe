/** Runs of maintenance written into a test's journal as the product would write them. */
import { createHash } from "node:crypto";
import type { ItemResult, Plan, PlanEngine } from "#schema/items.ts";
import type { Stored } from "#schema/stored.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import { type AJournal, anAssignment } from "../../support/a-journal.ts";

export const ENGINE: PlanEngine = {
  host: "edge-1",
  id: "ENGINE",
  name: "edge",
  version: "20.10.24",
  apiVersion: "1.41",
};

interface ARun {
  readonly definition: Partial<TaskDefinition>;
  readonly plan: Plan;
  /** Where the plan is kept; by value when absent. */
  readonly stored?: Stored<Plan>;
  readonly results?: readonly ItemResult[];
}

export const hashOf = (plan: Plan): string => createHash("sha256").update(JSON.stringify(plan)).digest("hex");

/** A task at work on its plan, with these results told; returns its id. */
export const aRun = async (
  journal: AJournal,
  { definition, plan, stored = { value: plan }, results = [] }: ARun,
): Promise<string> => {
  const id = await journal.begin(definition);
  await journal.happen(id, {
    type: "planned",
    report: 2,
    plan: {
      number: 1,
      count: plan.items.length,
      plan: stored,
      hash: hashOf(plan),
      ...(plan.engine === undefined ? {} : { engine: plan.engine }),
    },
  });
  await journal.happen(id, anAssignment(2));
  await journal.happen(id, { type: "started", report: 1 });
  for (let from = 0; from < results.length; from += 100)
    await journal.happen(id, {
      type: "items-recorded",
      report: 2 + from / 100,
      items: results.slice(from, from + 100),
    });
  return id;
};

/** The run's end, all well. */
export const complete = (journal: AJournal, id: string): Promise<unknown> =>
  journal.happen(id, { type: "completed", report: 500, result: null });
