import { expect, test } from "vitest";
import type { RecordEventRow, ScheduleRow } from "#schema/record-api.ts";
import {
  newScheduleDraft,
  nextRuns,
  scheduleBody,
  scheduleDraft,
} from "../../../../web/console/src/schedules/schedule-draft.ts";
import { policyWords, scheduleEventWords } from "../../../../web/console/src/schedules/schedule-words.ts";

const TASK = { type: "command", payload: { command: ["true"] } };

const row: ScheduleRow = {
  id: "s-1",
  name: "Nightly backup",
  cron: "30 2 * * *",
  timezone: "Europe/Berlin",
  jitterMs: 90_000,
  overlap: "queue",
  missed: "all",
  task: TASK,
  state: "active",
  by: { kind: "user", id: "ana" },
  rights: ["operate"],
  createdAt: "2026-11-20T08:00:00.000Z",
  dueAt: null,
  firesAt: null,
  lastTask: null,
  lastDueAt: null,
  seq: 4,
};

test("a schedule that is opened and saved unchanged stays what it was", () => {
  const { name, cron, timezone, jitterMs, overlap, missed } = row;
  expect(scheduleBody(scheduleDraft(row), TASK)).toEqual({
    name,
    cron,
    timezone,
    jitterMs,
    overlap,
    missed,
    task: TASK,
  });
});

test("a new schedule is on people's own clock", () => {
  expect(scheduleBody({ ...newScheduleDraft("Europe/Oslo"), name: " A " }, TASK)).toMatchObject({
    name: "A",
    timezone: "Europe/Oslo",
    jitterMs: 0,
  });
});

test("the next runs follow the timezone, and a wrong pattern is told at its field", () => {
  const now = Date.parse("2026-11-21T08:00:00.000Z");
  expect(nextRuns(row, now, 2)).toEqual({
    ok: true,
    at: ["2026-11-22T01:30:00.000Z", "2026-11-23T01:30:00.000Z"],
  });
  expect(nextRuns({ cron: "61 * * * *", timezone: "UTC" }, now, 1)).toMatchObject({
    ok: false,
    path: "cron",
  });
  expect(nextRuns({ cron: "* * * * *", timezone: "Mars/Base" }, now, 1)).toMatchObject({
    ok: false,
    path: "timezone",
  });
});

test("the policies are told in one line", () => {
  expect(policyWords(row)).toBe(
    "waits for the one before · all missed runs are made up for · up to 1 min 30 s later",
  );
});

const event = (type: string, data: Record<string, unknown> = {}): RecordEventRow => ({
  seq: 1,
  type,
  at: "2026-11-21T08:00:00.000Z",
  actor: { kind: "scheduler", id: "scheduler" },
  reason: null,
  data,
});

test("the history says why a run was passed over", () => {
  expect(scheduleEventWords(event("passed-over", { runs: 3, why: "the one before is at work" }))).toBe(
    "Passed over 3 runs: the one before is at work",
  );
  expect(scheduleEventWords(event("fired", { dueAt: "2026-11-21T08:00:00.000Z" }))).toMatch(
    /^Ran, due 21 Nov/,
  );
  expect(scheduleEventWords(event("planned", { task: "t-1", acts: 12 }))).toBe(
    "Its plan means to act on 12 items",
  );
  expect(scheduleEventWords(event("schedule-paused"))).toBe("Paused");
});
