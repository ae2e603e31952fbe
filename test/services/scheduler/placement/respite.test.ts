import { describe, expect, it } from "vitest";
import type { AttemptReport } from "#schema/reports.ts";
import { attempt } from "../../../../services/scheduler/runners/attempts.ts";
import { snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { anAuthority } from "../an-authority.ts";

describe("placement", () => {
  it("gives a runner that declines work a moment before it is asked again, so that they do not spin", async () => {
    const { authority, placement, join, submitted, time, factsOf } = anAuthority();
    join("local", 1);
    const task = submitted();
    const assignments = () => factsOf(task.id).filter(({ type }) => type === "assigned").length;
    const decline = async (): Promise<void> => {
      const { token, attempt: number } = snapshotOf(task).context;
      const report: AttemptReport = {
        runner: "local",
        boot: "boot-1",
        taskId: task.id,
        attempt: number,
        token: String(token),
        number: 1,
        body: { type: "unclaimed", message: "The runner is stopping." },
      };
      expect(await attempt(authority, report)).toMatchObject({ ok: true });
    };
    placement.place(authority.tasks);
    await decline();
    placement.place(authority.tasks);
    expect(assignments()).toBe(1);
    time.now += 1_000;
    placement.place(authority.tasks);
    expect(assignments()).toBe(2);
    await decline();
    join("local", 1, "boot-2");
    placement.place(authority.tasks);
    expect(assignments()).toBe(3);
  });
});
