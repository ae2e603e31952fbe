import { expect, test } from "vitest";
import { ledgerFilter, ledgerSearch } from "../../../../web/console/src/ledger/ledger-search.ts";

test("an address is read for what makes sense of it", () => {
  expect(
    ledgerSearch({
      text: " web ",
      kind: "image",
      outcome: "done",
      host: "nas",
      from: "2026-11-01",
      task: "01a1-b",
    }),
  ).toEqual({ text: "web", kind: "image", outcome: "done", host: "nas", from: "2026-11-01", task: "01a1-b" });
  expect(ledgerSearch({ text: "", kind: "ship", outcome: "begun", from: "yesterday", id: "a b" })).toEqual(
    {},
  );
});

test("both days of a span are meant in full, by the clock of who asks", () => {
  const { from = "", to = "" } = ledgerFilter({ from: "2026-11-01", to: "2026-11-01" });
  expect(new Date(from).getHours()).toBe(0);
  expect(new Date(from).getDate()).toBe(1);
  expect(new Date(to).getDate()).toBe(2);
  expect(ledgerFilter({ text: "web", outcome: "failed" })).toEqual({ text: "web", outcome: "failed" });
});
