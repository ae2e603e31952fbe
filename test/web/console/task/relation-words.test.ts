import { expect, test } from "vitest";
import { requirementWords, waitingDetails } from "../../../../web/console/src/task/relation-words.ts";

const why = (position: { position: number; of: number } | null, etaMs: number | null) => ({
  code: "limit",
  position,
  etaMs,
});

test("place and time are added to a sentence that does not name them", () => {
  const waiting = "The queue nas runs 2 of at most 2 tasks.";
  expect(waitingDetails({ waiting, why: why({ position: 14, of: 60 }, 180_000) })).toBe(
    "Position 14 of 60, about 3 min.",
  );
  expect(waitingDetails({ waiting, why: why(null, null) })).toBe("");
  expect(waitingDetails({ waiting, why: null })).toBe("");
});

test("what the sentence says already is not said twice", () => {
  const waiting = "Position 14 of 60, about 3 min.";
  expect(waitingDetails({ waiting, why: why({ position: 14, of: 60 }, 180_000) })).toBe("");
});

test("requirements are told in people's units", () => {
  expect(requirementWords({ cpus: 1, memoryBytes: 536_870_912, labels: { zone: "north" } })).toBe(
    "1 CPU, 512 MiB, zone=north",
  );
  expect(requirementWords({ cpus: 0.5 })).toBe("0.5 CPUs");
});
