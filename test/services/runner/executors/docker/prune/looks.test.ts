import { describe, expect, it } from "vitest";
import { changesBetween, looksOf } from "../../../../../../services/runner/executors/docker/prune/looks.ts";

describe("how a thing looked when it was planned", () => {
  const then = looksOf({ state: "exited", labels: { a: "1", b: "2" }, tags: ["x:1", "x:2"] });
  it("is the same whatever the order of labels and tags", () => {
    expect(looksOf({ state: "exited", labels: { b: "2", a: "1" }, tags: ["x:2", "x:1"] })).toBe(then);
    expect(changesBetween(then, then)).toEqual([]);
  });
  it("tells what has changed by name", () => {
    const now = looksOf({ state: "running", labels: { a: "1" }, tags: ["x:1", "x:2"] });
    expect(changesBetween(then, now)).toEqual(["state", "labels"]);
    expect(
      changesBetween(then, looksOf({ state: "exited", labels: { a: "1", b: "2" }, tags: ["x:1"] })),
    ).toEqual(["tags"]);
  });
  it("bears tags we have taken away ourselves, but no new ones", () => {
    const looks = (tags: string[]) => looksOf({ state: "exited", labels: { a: "1", b: "2" }, tags });
    expect(changesBetween(then, looks(["x:1"]), true)).toEqual([]);
    expect(changesBetween(then, looks([]), true)).toEqual([]);
    expect(changesBetween(then, looks(["x:1", "x:3"]), true)).toEqual(["tags"]);
    expect(
      changesBetween(then, looksOf({ state: "up", labels: { a: "1", b: "2" }, tags: [] }), true),
    ).toEqual(["state"]);
  });
});
