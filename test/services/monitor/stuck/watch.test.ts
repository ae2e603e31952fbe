import { beforeEach, describe, expect, it } from "vitest";
import type { TaskFact } from "#schema/envelope.ts";
import { STUCK_AFTER_MS, type TaskDefinition } from "#schema/task.definition.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { evolve, type Task, unborn } from "#schema/task.evolve.ts";
import type { AttemptUse } from "#schema/telemetry.ts";
import { createWatch, type Finding, type Watch } from "../../../../services/monitor/stuck/watch.ts";
import { anAssignment } from "../../../support/a-journal.ts";
import { aTaskFact } from "../../../support/a-task-fact.ts";
import { aDefinition } from "../../../support/task-examples.ts";

const MINUTE = 60_000;
const LOOK_MS = 5_000;

let watch: Watch;
let task: Task;
let now: number;
let n: number;

const happen = (event: TaskEvent): TaskFact => {
  const before = task;
  task = evolve(before, event);
  const fact = aTaskFact({
    id: "fact",
    at: "2026-11-21T08:00:00.000Z",
    chain: { stream: "", task: null },
    taskId: "task-1",
    n: (n += 1),
    event,
    before,
    after: task,
  });
  watch.hear(fact, now);
  return fact;
};

const begin = (definition: Partial<TaskDefinition> = {}): void => {
  happen({ type: "submitted", definition: aDefinition(definition) });
  happen(anAssignment());
  happen({ type: "started", report: 1 });
  look();
};

/** What a runner sees of it: idle unless told otherwise. */
const look = (use: Partial<AttemptUse> = {}): Finding[] =>
  watch.look(
    {
      runner: "local",
      at: "2026-11-21T08:00:00.000Z",
      attempts: [{ taskId: "task-1", attempt: 1, cpuMs: 100, memoryBytes: 1, ioBytes: 5_000, ...use }],
    },
    now,
  );

/** Looks every five seconds for so long, at an attempt that does nothing unless told otherwise; gives the findings. */
const wait = (ms: number, use: (elapsed: number) => Partial<AttemptUse> = () => ({})): Finding[] => {
  const findings: Finding[] = [];
  for (let elapsed = 0; elapsed < ms; elapsed += LOOK_MS) {
    now += LOOK_MS;
    findings.push(...look(use(elapsed)));
  }
  return findings;
};

const progress = (percent: number | null = null, message = "", attempt = 1): void =>
  watch.progress({ taskId: "task-1", attempt, percent, message, at: "2026-11-21T08:00:00.000Z" }, now);

beforeEach(() => {
  watch = createWatch();
  task = unborn();
  now = 1_000_000;
  n = 0;
});

describe("an attempt without a sign of life", () => {
  it("is found when its type's time is over and not before, with what was looked for", () => {
    begin({ stuckAfterMs: 2 * MINUTE });
    progress(43, "copying");
    expect(wait(2 * MINUTE - LOOK_MS)).toEqual([]);
    expect(wait(LOOK_MS)).toEqual([
      {
        taskId: "task-1",
        attempt: 1,
        evidence:
          "No progress, output or result for 2 min. It used 0.0 s of processor time in that time and moved 0 bytes. Last progress: 43 %, “copying”.",
      },
    ]);
  });

  it("has five minutes where its type says nothing, and for ever where it says 0", () => {
    begin();
    expect(wait(STUCK_AFTER_MS - LOOK_MS)).toEqual([]);
    expect(wait(LOOK_MS)).toHaveLength(1);
    watch.restart();
    task = unborn();
    begin({ stuckAfterMs: 0 });
    expect(wait(24 * 60 * MINUTE)).toEqual([]);
  });

  it("is told of at each look until the fact about it is heard, and then no more", () => {
    begin({ stuckAfterMs: MINUTE });
    expect(wait(MINUTE + 2 * LOOK_MS)).toHaveLength(3);
    happen({ type: "stalled", evidence: "…" });
    expect(wait(10 * MINUTE)).toEqual([]);
  });

  it("is not judged while its runner does not see it, nor by the time before it was first looked at", () => {
    happen({ type: "submitted", definition: aDefinition({ stuckAfterMs: MINUTE }) });
    happen(anAssignment());
    happen({ type: "started", report: 1 });
    now += 10 * MINUTE;
    expect(watch.look({ runner: "local", at: "", attempts: [] }, now)).toEqual([]);
    expect(look()).toEqual([]);
    expect(wait(MINUTE - LOOK_MS)).toEqual([]);
    expect(wait(LOOK_MS)).toHaveLength(1);
  });

  it("that shares its process is judged by what it says alone, and the evidence says so", () => {
    begin({ stuckAfterMs: MINUTE });
    const [found] = wait(MINUTE, () => ({ cpuMs: null, memoryBytes: null, ioBytes: null }));
    expect(found?.evidence).toBe(
      "No progress, output or result for 60 s. It shares its process with others, so what it computes cannot be told.",
    );
  });

  it.each<[string, (elapsed: number) => Partial<AttemptUse>, RegExp]>([
    ["polls", (elapsed) => ({ cpuMs: 100 + elapsed * 0.005 }), /used 0\.3 s of processor time/],
    ["polls by starting programs", (elapsed) => ({ ioBytes: 5_000 + elapsed * 4 }), /moved 220000 bytes/],
    // As Node does with its memory, when it has nothing else to do.
    ["tidies up now and then", (elapsed) => ({ cpuMs: Math.floor(elapsed / 30_000) * 300 }), /used 0\.2 s/],
  ])("that only %s is found all the same: a little is no work", (_, use, evidence) => {
    begin({ stuckAfterMs: MINUTE });
    const [found] = wait(MINUTE + LOOK_MS, use);
    expect(found?.evidence).toMatch(evidence);
    happen({ type: "stalled", evidence: "…" });
    expect(wait(60 * MINUTE, (elapsed) => use(elapsed + MINUTE))).toEqual([]);
  });

  it("that works a little without a pause is none", () => {
    begin({ stuckAfterMs: MINUTE });
    expect(wait(10 * MINUTE, (elapsed) => ({ cpuMs: 100 + elapsed * 0.03 }))).toEqual([]);
    expect(wait(10 * MINUTE, (elapsed) => ({ ioBytes: 1e9 + elapsed * 10 }))).toEqual([]);
  });
});

describe("a sign of life is", () => {
  const SIGNS: [string, (elapsed: number) => Partial<AttemptUse> | void][] = [
    ["progress, or a heartbeat", () => progress()],
    ["output", () => watch.output("task-1", now)],
    [
      "an item",
      () => void happen({ type: "items-recorded", report: n, items: [{ index: 0, outcome: "done" }] }),
    ],
    ["a checkpoint", () => void happen({ type: "checkpointed", report: n, checkpoint: { value: n } })],
    ["processor time", (elapsed) => ({ cpuMs: 100 + elapsed * 0.2 })],
    ["data moved", (elapsed) => ({ ioBytes: 5_000 + elapsed * 50 })],
  ];

  it.each(SIGNS)("%s", (_, sign) => {
    begin({ stuckAfterMs: MINUTE });
    expect(wait(10 * MINUTE, (elapsed) => sign(elapsed) ?? {})).toEqual([]);
    expect(wait(MINUTE)).not.toEqual([]);
  });

  it.each(SIGNS)("%s, of a stuck one too: it is told to have recovered until that is heard", (_, sign) => {
    begin({ stuckAfterMs: MINUTE });
    wait(MINUTE);
    happen({ type: "stalled", evidence: "…" });
    expect(wait(MINUTE)).toEqual([]);
    const back = { taskId: "task-1", attempt: 1, evidence: null };
    const first = wait(2 * LOOK_MS, (elapsed) => sign(elapsed + LOOK_MS) ?? {});
    expect(first.at(-1)).toEqual(back);
    expect(wait(LOOK_MS)).toEqual([back]);
    happen({ type: "recovered" });
    expect(wait(MINUTE - 2 * LOOK_MS)).toEqual([]);
  });

  it("not what another attempt says, nor a change of its importance", () => {
    begin({ stuckAfterMs: MINUTE });
    const found = wait(MINUTE, () => {
      progress(1, "late", 7);
      happen({ type: "reprioritised", priority: "high" });
      return {};
    });
    expect(found).toHaveLength(1);
  });
});

it("a sign between the finding and its fact counts", () => {
  begin({ stuckAfterMs: MINUTE });
  expect(wait(MINUTE)).toHaveLength(1);
  now += 1;
  progress(50, "on");
  happen({ type: "stalled", evidence: "…" });
  expect(wait(LOOK_MS)).toEqual([{ taskId: "task-1", attempt: 1, evidence: null }]);
});

it("a stuck task that is read from the journal, by a monitor that began anew, waits for its next sign", () => {
  begin({ stuckAfterMs: MINUTE });
  happen({ type: "stalled", evidence: "…" });
  expect(wait(10 * MINUTE)).toEqual([]);
  progress();
  expect(wait(LOOK_MS)).toEqual([{ taskId: "task-1", attempt: 1, evidence: null }]);
});

it("one that stands still again waits for a sign after that, whoever has found it so", () => {
  begin({ stuckAfterMs: MINUTE });
  for (const report of [2, 3]) {
    happen({ type: "stalled", evidence: "…" });
    expect(wait(MINUTE)).toEqual([]);
    now += 1;
    happen({ type: "items-recorded", report, items: [{ index: 0, outcome: "done" }] });
    expect(wait(LOOK_MS)).toEqual([{ taskId: "task-1", attempt: 1, evidence: null }]);
    happen({ type: "recovered" });
  }
});

it("time without a look is no silence: a monitor that hears nothing, and work that is held, show no signs", () => {
  begin({ stuckAfterMs: MINUTE });
  wait(MINUTE - LOOK_MS);
  now += 10 * MINUTE;
  expect(look()).toEqual([]);
  expect(wait(MINUTE - LOOK_MS)).toEqual([]);
  expect(wait(LOOK_MS)).toHaveLength(1);
  happen({ type: "stalled", evidence: "…" });
  now += 10 * MINUTE;
  expect(look()).toEqual([]);
});

it("time that was spent paused, or waiting for the engine, is no silence", () => {
  begin({ stuckAfterMs: MINUTE });
  wait(MINUTE - LOOK_MS);
  happen({ type: "host-lost", report: 2, message: "away" });
  expect(wait(10 * MINUTE)).toEqual([]);
  happen({ type: "host-back", report: 3 });
  expect(wait(MINUTE - LOOK_MS)).toEqual([]);
  happen({ type: "pause-requested" });
  happen({ type: "paused", report: 4, inPlace: true });
  expect(wait(10 * MINUTE)).toEqual([]);
  happen({ type: "resumed" });
  happen(anAssignment());
  happen({ type: "started", report: 5 });
  look();
  expect(wait(MINUTE - LOOK_MS)).toEqual([]);
  expect(wait(LOOK_MS)).toHaveLength(1);
});

it("a task that is done is watched no more, and one that is revived has its own time again", () => {
  begin({ stuckAfterMs: MINUTE, retry: { ...aDefinition().retry, maxAttempts: 1 } });
  happen({
    type: "attempt-failed",
    report: 2,
    error: { code: "x", message: "x" },
    retryable: false,
    dueAt: "2026-11-21T08:00:00.000Z",
  });
  expect(wait(10 * MINUTE)).toEqual([]);
  happen({ type: "revived", items: "all" });
  happen(anAssignment(2));
  happen({ type: "started", report: 1 });
  expect(wait(MINUTE, () => ({ attempt: 2 }))).toEqual([]);
  expect(wait(LOOK_MS, () => ({ attempt: 2 }))).toHaveLength(1);
});
