import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { AttemptReport, AttemptReportBody, AttemptReports, ReportReply } from "#schema/reports.ts";
import { createReportBatches } from "../../../../services/runner/attempts/report-batches.ts";

interface Message {
  readonly kind: string;
  readonly taskIds: readonly string[];

  answer(): void;
  silence(): void;
}

const STARTED: AttemptReportBody = { type: "started" };

/** A line on which the test answers by hand: each task gets its own id back as its sequence. */
const aLine = () => {
  const messages: Message[] = [];
  const say = <T>(kind: string, body: unknown): Promise<T | undefined> =>
    new Promise((resolve) => {
      const told = kind === "attempts" ? (body as AttemptReports).reports : [body as AttemptReport];
      const replies: ReportReply[] = told.map(({ taskId }) => ({ ok: true, seq: Number(taskId) }));
      messages.push({
        kind,
        taskIds: told.map(({ taskId }) => taskId),
        answer: () => resolve((kind === "attempts" ? { ok: true, replies } : replies[0]) as T),
        silence: () => resolve(undefined),
      });
    });
  const send = createReportBatches({ runner: "local", boot: () => "boot-1", say });
  return {
    messages,
    report: (id: number, body: AttemptReportBody = STARTED) =>
      send({ taskId: String(id), attempt: 1, token: "t", number: 1, body }),
  };
};

describe("the reports of a runner's attempts", () => {
  it("go together when they are made together, and each gets its own answer", async () => {
    const { messages, report } = aLine();
    const replies = [1, 2, 3].map((id) => report(id));
    await nextTurn();
    expect(messages.map(({ kind, taskIds }) => [kind, taskIds])).toEqual([["attempts", ["1", "2", "3"]]]);
    messages[0]?.answer();
    expect(await Promise.all(replies)).toEqual([1, 2, 3].map((seq) => ({ ok: true, seq })));
  });

  it("gather while others are on their way, and are told when nobody answered", async () => {
    const { messages, report } = aLine();
    const first = [];
    for (let id = 1; id <= 6; id += 1) {
      first.push(report(id));
      await nextTurn();
    }
    expect(messages.map(({ taskIds }) => taskIds)).toEqual([["1"], ["2"], ["3"], ["4"]]);
    messages[0]?.silence();
    expect(await first[0]).toBeUndefined();
    await nextTurn();
    expect(messages[4]?.taskIds).toEqual(["5", "6"]);
    messages[4]?.silence();
    expect(await Promise.all([first[4], first[5]])).toEqual([undefined, undefined]);
  });

  it("go by themselves when they are long or may have to be kept elsewhere", async () => {
    const { messages, report } = aLine();
    void report(1);
    void report(2, { type: "completed", result: "x".repeat(10_000) });
    void report(3, { type: "completed", result: { text: "x".repeat(10_000) } });
    void report(4, { type: "checkpointed", checkpoint: 1 });
    void report(5, { type: "completed", result: { exitCode: 0 } });
    await nextTurn();
    expect(messages.map(({ kind, taskIds }) => [kind, taskIds])).toEqual([
      ["attempt", ["2"]],
      ["attempt", ["3"]],
      ["attempt", ["4"]],
      ["attempts", ["1", "5"]],
    ]);
  });
});
