import { expect, test } from "vitest";
import type { ItemRow } from "#schema/api.ts";
import type { ItemResult } from "#schema/items.ts";
import { rowsAfter, standingOf } from "../../../../web/console/src/task/item-rows.ts";
import { anAssignment } from "../../../support/a-journal.ts";
import { aPlanOf, ToldJournal } from "../told-facts.ts";

/** A bulk run at work on four items. */
const aRun = (): ToldJournal => {
  const journal = new ToldJournal();
  journal.begin("a");
  journal.happen("a", aPlanOf(4));
  journal.happen("a", anAssignment(2));
  journal.happen("a", { type: "started", report: 1 });
  return journal;
};

let report = 1;
const record = (journal: ToldJournal, ...items: readonly ItemResult[]): void =>
  void journal.happen("a", { type: "items-recorded", report: (report += 1), items });

const rowsOf = (journal: ToldJournal): readonly ItemRow[] =>
  journal.told.reduce(rowsAfter, [] as readonly ItemRow[]);

/** The same counts from the rows as the chart keeps. */
const countsOf = (rows: readonly ItemRow[]) => {
  const count = (standing: string): number =>
    rows.filter(({ outcome }) => standingOf(outcome) === standing).length;
  return {
    planned: rows.length,
    done: count("done"),
    unchanged: count("unchanged"),
    skipped: count("skipped"),
    failed: count("failed"),
  };
};

test("the rows say what the chart's own counts say, after repeats, failures and a retry of the rest", () => {
  const journal = aRun();
  const check = (): void => expect(countsOf(rowsOf(journal))).toEqual(journal.whole("a").context.counts);
  record(journal, { index: 0, outcome: "begun" }, { index: 1, outcome: "begun" });
  check();
  record(
    journal,
    { index: 0, outcome: "done", ms: 12 },
    { index: 1, outcome: "failed", code: "x", message: "no" },
  );
  check();
  record(journal, { index: 0, outcome: "failed" }, { index: 2, outcome: "skipped", code: "gone" });
  check();
  journal.happen("a", { type: "completed", report: 99, result: null });
  journal.happen("a", { type: "revived", items: "failed" });
  check();
  expect(rowsOf(journal)[1]).toMatchObject({ outcome: null, code: null, message: null });
  journal.happen("a", anAssignment(3));
  journal.happen("a", { type: "started", report: 1 });
  record(journal, { index: 1, outcome: "done" }, { index: 3, outcome: "unchanged" });
  check();
  expect(rowsOf(journal).map(({ outcome }) => outcome)).toEqual(["done", "done", "skipped", "unchanged"]);
});

test("an item that was only begun is not done", () => {
  const journal = aRun();
  record(journal, { index: 0, outcome: "begun" });
  expect(standingOf(rowsOf(journal)[0]?.outcome ?? null)).toBe("not done");
});
