import { expect, it } from "vitest";
import { compareVersions, isNewEnough } from "#infra/embedded/nats-version.ts";

it("compares versions by number, not by letter", () => {
  expect(["2.9.10", "2.12.0", "2.15.1", "2.2.0"].toSorted(compareVersions)).toEqual([
    "2.2.0",
    "2.9.10",
    "2.12.0",
    "2.15.1",
  ]);
});

it("takes nats-server from 2.12 on, where atomic batches began", () => {
  expect(["2.9.10", "2.11.17", "2.12.0", "3.0.0"].map(isNewEnough)).toEqual([false, false, true, true]);
});
