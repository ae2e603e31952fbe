/** Plans and what people say to them, on a paper authority with a runner. */
import { expect } from "vitest";
import type { Plan, PlanItem } from "#schema/items.ts";
import { CAPABILITIES, type Capability } from "#schema/policy.ts";
import type { TaskCommand } from "#schema/task.commands.ts";
import { statePath } from "#schema/task.evolve.ts";
import { command } from "../../../services/scheduler/commands.ts";
import { attempt } from "../../../services/scheduler/runners/attempts.ts";
import { type LiveTask, snapshotOf } from "../../../services/scheduler/tasks.ts";
import type { aGround } from "./placement/a-ground.ts";

/** So many items that are acted on, and so many that are not. */
export const aPlan = (acts: number, skipped = 0, more: Partial<Plan> = {}): Plan => ({
  items: Array.from({ length: acts + skipped }, (_, index): PlanItem => {
    const name = `item-${index}`;
    return index < acts ? { id: name, name } : { id: name, name, skip: "It is in use." };
  }),
  ...more,
});

export const onPlans = ({
  authority,
  placement,
}: Pick<ReturnType<typeof aGround>, "authority" | "placement">) => {
  let wishes = 0;
  /** The runner that has the task reports this plan. */
  const report = async (task: LiveTask, plan: Plan): Promise<void> => {
    const { token, attempt: ordinal, runner, reported } = snapshotOf(task).context;
    const reply = await attempt(authority, {
      runner: String(runner),
      boot: authority.runners.get(String(runner))?.boot ?? "",
      taskId: task.id,
      attempt: ordinal,
      token: String(token),
      number: reported + 1,
      body: { type: "planned", plan },
    });
    expect(reply).toMatchObject({ ok: true });
  };
  return {
    report,
    /** It gets its turn and plans. */
    planned: async (task: LiveTask, plan: Plan): Promise<LiveTask> => {
      placement.place(authority.tasks);
      await report(task, plan);
      return task;
    },
    /** Answered once all it was judged on is stored. */
    wish: async (task: LiveTask, wished: TaskCommand, capabilities: readonly Capability[] = CAPABILITIES) => {
      const by = { actor: { kind: "user", id: "ada" }, capabilities } as const;
      const reply = await command(authority, {
        id: `wish-${(wishes += 1)}`,
        by,
        taskId: task.id,
        command: wished,
      });
      await authority.journal.settled();
      return reply;
    },
    /** A yes to the plan that waits. */
    yesTo: (
      task: LiveTask,
      changes: Partial<Extract<TaskCommand, { type: "approve" }>> = {},
    ): Extract<TaskCommand, { type: "approve" }> => {
      const { number = 0, hash } = snapshotOf(task).context.plan ?? {};
      return { type: "approve", plan: number, ...(hash === undefined ? {} : { hash }), ...changes };
    },
    standing: (task: LiveTask): string => statePath(snapshotOf(authority.tasks.get(task.id) ?? task)),
    headOf: (task: LiveTask) => snapshotOf(authority.tasks.get(task.id) ?? task).context.plan,
  };
};
