import fc from "fast-check";
import { expect, test } from "vitest";
import type { TaskEvent } from "#schema/task.events.ts";
import { evolve, unborn } from "#schema/task.evolve.ts";
import { summaryOf } from "#schema/task.summary.ts";
import { summaryAfter } from "../../../../web/console/src/live/fold-summary.ts";
import { EXAMPLES } from "../../../support/task-examples.ts";
import { ToldJournal } from "../told-facts.ts";

const events = Object.values(EXAMPLES).filter(({ type }) => type !== "submitted") as readonly TaskEvent[];

test("a line laid fact by fact is what the server makes of the whole task, on every walk through the chart", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 10_000 }), { minLength: 20, maxLength: 60 }), (choices) => {
      const journal = new ToldJournal();
      const first = journal.submit("a");
      let line = summaryOf(journal.whole("a"), null);
      expect(line.seq).toBe(first.seq);
      for (const choice of choices) {
        const possible = events.filter((event) => journal.task("a").can(event));
        const event = possible[choice % possible.length];
        if (event === undefined) break;
        const { seq, fact } = journal.happen("a", event);
        line = summaryAfter(line, seq, fact);
        expect(line).toEqual(summaryOf(journal.whole("a"), null));
        reached.add(fact.type);
      }
    }),
    { numRuns: 300 },
  );
  // Walks that never reach a settled task and back would prove little.
  expect([...reached]).toEqual(
    expect.arrayContaining(["completed", "revived", "items-recorded", "cancelled"]),
  );
});

test("every example starts from a chart that knows it", () => {
  expect(() => evolve(unborn(), EXAMPLES.submitted)).not.toThrow();
});
