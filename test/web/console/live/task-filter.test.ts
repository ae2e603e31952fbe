import { expect, test } from "vitest";
import { summaryOf } from "#schema/task.summary.ts";
import { matches, type TaskFilter } from "../../../../web/console/src/live/task-filter.ts";
import { ToldJournal } from "../told-facts.ts";

const journal = new ToldJournal();
journal.begin("a-1", {
  name: "Stop 100 containers",
  labels: { team: "ops", tier: "" },
  queue: "night",
  priority: "low",
});
const task = summaryOf(journal.whole("a-1"), null);

test.each<[TaskFilter, boolean]>([
  [{}, true],
  [{ state: "running" }, true],
  [{ state: "active" }, true],
  [{ state: "queued,stuck" }, false],
  [{ state: "waiting,running" }, true],
  [{ text: "stop 100" }, true],
  [{ text: "a-1" }, true],
  [{ text: "a-" }, false],
  [{ label: "team" }, true],
  [{ label: "team=ops" }, true],
  [{ label: "team=dev" }, false],
  [{ label: "tier=" }, true],
  [{ queue: "night", priority: "low", type: "command" }, true],
  [{ queue: "default" }, false],
  [{ from: "2026-11-21T08:00:00Z" }, true],
  [{ to: "2026-11-21T07:59:59Z" }, false],
])("a running task fits %j: %s", (filter, fits) => {
  expect(matches(task, filter)).toBe(fits);
});
