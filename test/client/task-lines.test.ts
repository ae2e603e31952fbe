import { expect, it } from "vitest";
import { whyOf } from "#client/cli/task-lines.ts";
import { ToldJournal } from "../web/console/told-facts.ts";

it("a task that is stuck answers why, and since when, instead of where it is", () => {
  const journal = new ToldJournal();
  journal.begin("a");
  expect(whyOf(journal.detail("a"))).toBe("It does not wait: it is running.working on local.");
  journal.happen("a", { type: "stalled", evidence: "No progress for 5 min." });
  expect(whyOf(journal.detail("a"))).toBe("Stuck since 2026-11-21 08:00:04Z: No progress for 5 min.");
  journal.happen("a", { type: "recovered" });
  expect(whyOf(journal.detail("a"))).toBe("It does not wait: it is running.working on local.");
});
