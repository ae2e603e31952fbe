import type { Batch } from "#schema/batch.ts";
import type { Schedule } from "#schema/schedule.ts";
import { type Template, templateId } from "#schema/template.ts";

const by = { kind: "user", id: "ada" } as const;
const at = "2026-11-21T08:00:00.000Z";

/** A schedule as its first fact leaves it; override what the test is about. */
export const aSchedule = (id: string, overrides: Partial<Schedule> = {}): Schedule => ({
  id,
  name: `Schedule ${id}`,
  cron: "0 3 * * *",
  timezone: "UTC",
  jitterMs: 0,
  overlap: "skip",
  missed: "none",
  task: { type: "command", payload: { command: ["true"] } },
  state: "active",
  by,
  rights: ["view", "operate"],
  createdAt: at,
  dueAt: "2026-11-22T03:00:00.000Z",
  firesAt: "2026-11-22T03:00:00.000Z",
  lastTask: null,
  lastDueAt: null,
  ...overrides,
});

export const aBatch = (id: string, overrides: Partial<Batch> = {}): Batch => ({
  id,
  action: { type: "cancel" },
  state: "running",
  by,
  rights: ["view", "operate"],
  reason: null,
  at,
  tasks: { value: ["t1", "t2"] },
  ratePerS: null,
  counts: { total: 2, seen: 0, done: 0, refused: 0 },
  resultsAt: null,
  finishedAt: null,
  ...overrides,
});

export const aTemplate = (name: string, version: number, overrides: Partial<Template> = {}): Template => ({
  id: templateId(name, version),
  name,
  version,
  description: "",
  parameters: { type: "object" },
  task: { type: "command", payload: {} },
  by,
  at,
  retired: false,
  ...overrides,
});
