import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { AttemptReportBody } from "#schema/reports.ts";
import { startIn } from "#schema/envelope.ts";
import { NotRecorded } from "../../../../services/scheduler/journal/journal.ts";
import { manyReports } from "../../../../services/scheduler/runners/many-reports.ts";
import { type LiveTask, snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { anAuthority } from "../an-authority.ts";

const aRunner = (count: number) => {
  const world = anAuthority();
  world.join();
  const tasks = Array.from({ length: count }, () => world.submitted());
  world.placement.place(world.authority.tasks);
  const report = (task: LiveTask, body: AttemptReportBody, number = 1) => {
    const { token, attempt } = snapshotOf(task).context;
    return { taskId: task.id, attempt, token: String(token), number, body };
  };
  const say = (reports: readonly ReturnType<typeof report>[]) =>
    manyReports(world.authority, { runner: "local", boot: "boot-1", reports });
  return { ...world, tasks, report, say };
};

describe("reports of several attempts in one message", () => {
  it("are taken one by one and answered in order, the wrong and the stale among them too", async () => {
    const { tasks, report, say } = aRunner(3);
    const [first, second, third] = tasks as [LiveTask, LiveTask, LiveTask];
    const answer = await say([
      report(first, { type: "completed", result: 1 }),
      { ...report(second, { type: "started" }), token: "another" },
      { ...report(third, { type: "started" }), number: 0 },
      report(third, { type: "completed", result: null }),
      report(third, { type: "completed", result: null }),
    ]);
    expect(answer).toMatchObject({
      ok: true,
      replies: [
        { ok: true },
        { ok: false, code: "stale" },
        { ok: false, code: "invalid" },
        { ok: true },
        // The task is settled by then: whoever still works on it must end.
        { ok: false, code: "stale" },
      ],
    });
    expect(snapshotOf(first).value).toBe("completed");
    expect(snapshotOf(second).value).toEqual({ running: "starting" });
    expect(snapshotOf(third).value).toBe("completed");
  });

  it("are answered together or not at all when one of them cannot be recorded", async () => {
    const { authority, tasks, report, say } = aRunner(2);
    const [first, second] = tasks as [LiveTask, LiveTask];
    const { record } = authority.tasks;
    let written = 0;
    Object.assign(authority.tasks, {
      record: (...given: Parameters<typeof record>) => {
        written += 1;
        if (written === 2) throw new NotRecorded("the journal cannot be reached");
        return record(...given);
      },
    });
    const both = [report(first, { type: "started" }), report(second, { type: "started" })];
    await expect(say(both)).rejects.toThrow(NotRecorded);
    const again = await say(both);
    expect(again).toMatchObject({ ok: true, replies: [{ ok: true }, { ok: true }] });
    for (const task of tasks) expect(snapshotOf(task).value).toEqual({ running: "working" });
    expect(snapshotOf(first).context.reported).toBe(1);
  });

  it("are not answered with yes for what was lost while another took its time", async () => {
    const { authority, paper, tasks, report, say } = aRunner(2);
    const [quick, slow] = tasks as [LiveTask, LiveTask];
    paper.store();
    let kept: (() => void) | undefined;
    const { keep } = authority.objects;
    Object.assign(authority.objects, {
      keep: async (value: unknown) => {
        if (value === "large") await new Promise<void>((resolve) => (kept = resolve));
        return keep(value);
      },
    });
    paper.fail(0);
    const answer = say([
      report(quick, { type: "completed", result: null }),
      report(slow, { type: "completed", result: "large" }),
    ]).catch((error: unknown) => error);
    await nextTurn();
    // The commit of the quick one's fact ends, as the journal's does: undone, and the disk is back.
    paper.forget();
    paper.fail(null);
    kept?.();
    expect(snapshotOf(quick).value).toEqual({ running: "starting" });
    expect(await answer).toBeInstanceOf(NotRecorded);
  });

  it("say nothing of a beginning that is no moment", async () => {
    const { tasks, report, say, factsOf } = aRunner(1);
    const [task] = tasks as [LiveTask];
    const startedAt = "2016-12-31T23:59:60Z";
    expect(await say([report(task, { type: "completed", result: null, startedAt })])).toMatchObject({
      replies: [{ ok: true }],
    });
    expect(factsOf(task.id).at(-1)?.data).not.toHaveProperty("startedAt");
  });

  it("may tell with the end when the work began, but never in the future", async () => {
    const { time, tasks, report, say, factsOf } = aRunner(2);
    const [past, future] = tasks as [LiveTask, LiveTask];
    const at = (ms: number): string => new Date(time.now + ms).toISOString();
    await say([
      report(past, { type: "completed", result: null, startedAt: at(-500) }),
      report(future, { type: "completed", result: null, startedAt: at(60_000) }),
    ]);
    const startOf = ({ id }: LiveTask) => factsOf(id).map(startIn).at(-1);
    expect(startOf(past)).toBe(at(-500));
    expect(startOf(future)).toBe(at(0));
  });
});
