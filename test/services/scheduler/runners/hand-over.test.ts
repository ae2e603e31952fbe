import { describe, expect, it } from "vitest";
import type { AttemptReportBody } from "#schema/reports.ts";
import { attempt } from "../../../../services/scheduler/runners/attempts.ts";
import { snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { anAuthority } from "../an-authority.ts";

describe("an attempt that its runner hands over", () => {
  it("queues its task again, with its checkpoint and without a failure, for whoever has a slot", async () => {
    const world = anAuthority();
    world.join("local", 1);
    world.paper.store();
    const task = world.submitted();
    world.placement.place(world.authority.tasks);
    world.paper.store();
    const { token, attempt: number } = snapshotOf(task).context;
    let reports = 0;
    const say = (body: AttemptReportBody, again = false) =>
      attempt(world.authority, {
        runner: "local",
        boot: "boot-1",
        taskId: task.id,
        attempt: number,
        token: token ?? "",
        number: again ? reports : (reports += 1),
        body,
      });
    for (const body of [
      { type: "started" },
      { type: "checkpointed", checkpoint: 7 },
      { type: "handed-over" },
    ] as const)
      expect(await say(body)).toMatchObject({ ok: true });

    expect(snapshotOf(task).matches("queued")).toBe(true);
    expect(snapshotOf(task).context).toMatchObject({ runner: null, failures: 0, checkpoint: { value: 7 } });
    // Its answer was lost, and it says so again: the attempt is not its own any more.
    expect(await say({ type: "handed-over" }, true)).toMatchObject({ ok: false, code: "stale" });

    world.join("other", 1, "boot-o");
    world.authority.runners.leave("local", "left", "gone");
    world.placement.place(world.authority.tasks);
    const assigned = world.factsOf(task.id).at(-1);
    expect(assigned).toMatchObject({
      type: "assigned",
      runner: "other",
      data: { work: { checkpoint: { value: 7 } } },
    });
  });
});
