import fc from "fast-check";
import { expect, test } from "vitest";
import { decide } from "#schema/task.decide.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { restore } from "#schema/task.evolve.ts";
import { summaryOf } from "#schema/task.summary.ts";
import { offersFor, offersForLine, shownOffers } from "../../../../web/console/src/task/commands.ts";
import { EXAMPLES } from "../../../support/task-examples.ts";
import { anAssignment } from "../../../support/a-journal.ts";
import { aPlanOf, ToldJournal } from "../told-facts.ts";

const events = Object.values(EXAMPLES).filter(({ type }) => type !== "submitted") as readonly TaskEvent[];

const eachTask = (look: (journal: ToldJournal) => void): void =>
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 10_000 }), { maxLength: 25 }),
      fc.constantFrom("freeze", "none"),
      (choices, pause) => {
        const journal = new ToldJournal();
        journal.submit("a", { pause });
        look(journal);
        for (const choice of choices) {
          const possible = events.filter((event) => journal.task("a").can(event));
          const event = possible[choice % possible.length];
          if (event === undefined) return;
          journal.happen("a", event);
          look(journal);
        }
      },
    ),
    { numRuns: 200 },
  );

test("a button is alive exactly when the statechart would take its wish, else it says why not", () => {
  eachTask((journal) => {
    const { state, context } = journal.whole("a");
    for (const offer of offersFor({ state, context })) {
      const decision = decide(restore(state, context), offer.command);
      expect(offer.allowed).toBe(decision.ok);
      expect(offer.why).toBe(decision.ok ? "" : decision.why);
      expect(offer.allowed || offer.why.length > 0).toBe(true);
    }
  });
});

test("no allowed wish is hidden from the task's page", () => {
  eachTask((journal) => {
    const offers = offersFor(journal.whole("a"));
    expect(shownOffers(offers)).toEqual(expect.arrayContaining(offers.filter(({ allowed }) => allowed)));
  });
});

test("a list's line offers cancel and retry exactly as the whole task does", () => {
  eachTask((journal) => {
    const whole = offersFor(journal.whole("a")).filter(
      ({ id, allowed }) => allowed && (id === "cancel" || id === "retry"),
    );
    expect(offersForLine(summaryOf(journal.whole("a"), null))).toEqual(whole);
  });
});

test("the label says cancelling only once the fact is there", () => {
  const journal = new ToldJournal();
  journal.begin("a");
  const label = (): string | undefined =>
    offersFor(journal.whole("a")).find(({ id }) => id === "cancel")?.label;
  expect(label()).toBe("Cancel");
  journal.happen("a", { type: "cancel-requested" });
  expect(label()).toBe("Cancelling…");
});

test("a run that was cancelled half way offers to go on with what is left", () => {
  const journal = new ToldJournal();
  journal.begin("a");
  journal.happen("a", aPlanOf(4));
  journal.happen("a", anAssignment(2));
  journal.happen("a", { type: "started", report: 1 });
  journal.happen("a", {
    type: "items-recorded",
    report: 2,
    items: [
      { index: 0, outcome: "done" },
      { index: 1, outcome: "failed" },
    ],
  });
  journal.happen("a", { type: "cancel-requested" });
  journal.happen("a", { type: "cancelled", report: 3 });
  const retry = offersFor(journal.whole("a")).find(({ id }) => id === "retry");
  expect(retry).toMatchObject({
    label: "Retry the rest (3)",
    allowed: true,
    command: { type: "retry", items: "failed" },
  });
});

test("a plan that waits is said yes to by its number and hash, and to cancel it is to reject it", () => {
  const journal = new ToldJournal();
  journal.submit("a", { approval: true });
  journal.happen("a", anAssignment());
  journal.happen("a", { type: "started", report: 1 });
  const planned = aPlanOf(2) as Extract<TaskEvent, { type: "planned" }>;
  journal.happen("a", { ...planned, plan: { ...planned.plan, hash: "abc" } });
  const shown = shownOffers(offersFor(journal.whole("a"))).filter(({ allowed }) => allowed);
  expect(shown.map(({ label }) => label)).toEqual(["Review the plan", "Reject the plan"]);
  expect(shown[0]?.command).toEqual({ type: "approve", plan: 1, hash: "abc" });
});
