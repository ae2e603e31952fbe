import { describe, expect, it } from "vitest";
import type { AttemptReportBody } from "#schema/reports.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { attempt } from "../../../../services/scheduler/runners/attempts.ts";
import { stall } from "../../../../services/scheduler/runners/stalls.ts";
import { snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { aGround } from "../placement/a-ground.ts";

const EVIDENCE = "No progress, output or result for 5 min.";
const AT_WORK: TaskEvent[] = [{ type: "started", report: 1 }];

const aTask = (...events: TaskEvent[]) => {
  const ground = aGround();
  const task = ground.submit({ repeatable: true, pause: "freeze" });
  ground.place();
  for (const event of events) ground.tell(task, event);
  const before = ground.paper.written.length;
  return {
    ...ground,
    task,
    say: (evidence: string | null, attempt = 1, taskId = task.id) =>
      stall(ground.authority, { runner: "monitor", taskId, attempt, evidence }),
    news: () => ground.paper.written.slice(before).map(({ fact }) => fact),
  };
};

describe("what a monitor says of an attempt that stands still", () => {
  it("is a fact with the evidence as its reason, and a repeat of it is none", () => {
    const { say, news, task, state } = aTask(...AT_WORK);
    expect([say(EVIDENCE), say(EVIDENCE)]).toMatchObject([{ ok: true }, { ok: true }]);
    expect(state(task)).toBe("stuck");
    expect(news()).toMatchObject([
      { type: "stalled", actor: { kind: "monitor" }, reason: EVIDENCE, data: { evidence: EVIDENCE } },
    ]);
  });

  it("is taken back when signs of life return, as often as they come and go", () => {
    const { say, news, task, state } = aTask(...AT_WORK);
    for (const evidence of [EVIDENCE, null, null, EVIDENCE, null]) say(evidence);
    expect(state(task)).toBe("running.working");
    expect(news().map(({ type }) => type)).toEqual(["stalled", "recovered", "stalled", "recovered"]);
  });

  it("holds of work that has not even said that it began", () => {
    const { say, task, state } = aTask();
    say(EVIDENCE);
    expect(state(task)).toBe("stuck");
  });

  it.each<[string, TaskEvent[]]>([
    ["waits for its engine", [...AT_WORK, { type: "host-lost", report: 2, message: "away" }]],
    ["is being paused", [...AT_WORK, { type: "pause-requested" }]],
    ["is paused", [...AT_WORK, { type: "pause-requested" }, { type: "paused", report: 2, inPlace: true }]],
    ["is being cancelled", [...AT_WORK, { type: "cancel-requested" }]],
    ["is done", [...AT_WORK, { type: "completed", report: 2, result: null }]],
  ])("is too late for a task that %s", (_, events) => {
    const { say, news } = aTask(...events);
    expect(say(EVIDENCE)).toMatchObject({ ok: false, code: "stale" });
    expect(news()).toEqual([]);
  });

  it("is over when the attempt says that its engine is away: then it waits for that, and goes on as any other", async () => {
    const { say, news, task, state, authority } = aTask(...AT_WORK);
    say(EVIDENCE);
    const report = async (number: number, body: AttemptReportBody) => {
      const { token } = snapshotOf(task).context;
      const whose = { runner: "local", boot: "b", taskId: task.id, attempt: 1, token: token ?? "" };
      expect(await attempt(authority, { ...whose, number, body })).toMatchObject({ ok: true });
    };
    await report(2, { type: "host-lost", message: "away" });
    expect(state(task)).toBe("running.waiting-for-host");
    await report(2, { type: "host-lost", message: "away" });
    await report(3, { type: "host-back" });
    expect(state(task)).toBe("running.working");
    expect(news().map(({ type }) => type)).toEqual(["stalled", "recovered", "host-lost", "host-back"]);
  });

  it("says nothing of another attempt, or of a task nobody knows", () => {
    const { say, news } = aTask(...AT_WORK);
    expect([say(EVIDENCE, 2), say(EVIDENCE, 1, "nobody")]).toMatchObject([
      { ok: false, code: "stale" },
      { ok: false, code: "stale" },
    ]);
    expect(news()).toEqual([]);
  });
});
