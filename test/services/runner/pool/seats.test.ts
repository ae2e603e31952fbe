import { describe, expect, it } from "vitest";
import { createSeats, heldOf, type Seated } from "../../../../services/runner/pool/seats.ts";

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const attempt = (taskId: string, changes: Partial<Seated> = {}): Seated => ({
  taskId,
  number: 1,
  state: "working",
  since: at(0),
  pid: 7,
  ...changes,
});

describe("the slots of a runner", () => {
  it("show who holds them, and since when the others are idle", () => {
    expect(createSeats().look([attempt("a")], 2, at(1))).toEqual([
      { slot: 1, state: "working", taskId: "a", attempt: 1, since: at(0), pid: 7 },
      { slot: 2, state: "idle", since: at(1) },
    ]);
  });

  it("keep their number while their work goes on, and the lowest free one is given next", () => {
    const seats = createSeats();
    seats.look([attempt("a"), attempt("b")], 3, at(1));
    const after = seats.look([attempt("b"), attempt("c")], 3, at(2));
    expect(after.map(({ taskId }) => taskId)).toEqual(["c", "b", undefined]);
    const later = seats.look([attempt("b")], 3, at(3));
    expect(later.map(({ state, since }) => [state, since])).toEqual([
      ["idle", at(3)],
      ["working", at(0)],
      ["idle", at(1)],
    ]);
  });

  it("beyond the target are shown while they are in use, and then no more", () => {
    const seats = createSeats();
    seats.look([attempt("a"), attempt("b"), attempt("c")], 3, at(1));
    expect(seats.look([attempt("c")], 1, at(2)).map(({ slot, state }) => [slot, state])).toEqual([
      [1, "idle"],
      [3, "working"],
    ]);
    expect(seats.look([], 1, at(3)).map(({ slot }) => slot)).toEqual([1]);
  });

  it("are not held by what is paused in place", () => {
    const paused = attempt("a", { state: "paused", pid: undefined });
    expect(createSeats().look([paused], 1, at(1))).toEqual([{ slot: 1, state: "idle", since: at(1) }]);
    expect(heldOf([paused, attempt("b")])).toEqual([{ taskId: "a", attempt: 1, since: at(0) }]);
  });
});
