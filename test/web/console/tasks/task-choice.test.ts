import { expect, test } from "vitest";
import {
  ALL_MATCHING,
  isChosen,
  isEmpty,
  NO_CHOICE,
  pick,
  pickLoaded,
  targetOf,
} from "../../../../web/console/src/tasks/task-choice.ts";

const order = ["a", "b", "c", "d"];

test("rows are chosen one by one, and with Shift as a range", () => {
  const two = pick(NO_CHOICE, "b", order, false);
  const three = pick(two, "d", order, true);
  expect(targetOf(three, {})).toEqual({ ids: ["b", "c", "d"] });
  expect(isEmpty(pick(two, "b", order, false))).toBe(true);
});

test("all that match is the filter itself, not the loaded rows", () => {
  expect(targetOf(ALL_MATCHING, { state: "waiting", queue: "nas" })).toEqual({
    query: { state: "waiting", queue: "nas" },
  });
  expect(isChosen(ALL_MATCHING, "not-loaded")).toBe(true);
  expect(isEmpty(ALL_MATCHING)).toBe(false);
});

test("a row taken out of all that match leaves the loaded others", () => {
  expect(targetOf(pick(ALL_MATCHING, "c", order, false), {})).toEqual({ ids: ["a", "b", "d"] });
});

test("the box in the head chooses what is loaded, and nothing the second time", () => {
  const all = pickLoaded(NO_CHOICE, order);
  expect(targetOf(all, {})).toEqual({ ids: order });
  expect(isEmpty(pickLoaded(all, order))).toBe(true);
  expect(isEmpty(pickLoaded(ALL_MATCHING, order))).toBe(true);
});
