import { expect, it } from "vitest";
import { SCHEDULER } from "#schema/actor.ts";
import { decide } from "#schema/task.decide.ts";
import { attempt } from "../../../../services/scheduler/runners/attempts.ts";
import { snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { anAuthority } from "../an-authority.ts";

it("a yes to a plan of an earlier life is no yes to the plan of the next", async () => {
  const { authority, placement, join, submitted } = anAuthority();
  join();
  const task = submitted({ approval: true });
  const plan = async (id: string): Promise<number> => {
    placement.place(authority.tasks);
    const { token, attempt: ordinal } = snapshotOf(task).context;
    const report = { runner: "local", boot: "boot-1", taskId: task.id, attempt: ordinal, number: 1 };
    const body = { type: "planned", plan: { items: [{ id, name: id }] } } as const;
    expect(await attempt(authority, { ...report, token: String(token), body })).toMatchObject({ ok: true });
    return snapshotOf(task).context.plan?.number ?? 0;
  };
  const seen = await plan("harmless");
  authority.tasks.record(task, { type: "withdrawn" }, { by: SCHEDULER });
  authority.tasks.record(task, { type: "revived", items: "all" }, { by: SCHEDULER });
  const unseen = await plan("precious");
  expect(decide(snapshotOf(task), { type: "approve", plan: seen }).ok).toBe(false);
  expect(decide(snapshotOf(task), { type: "approve", plan: unseen }).ok).toBe(true);
});
