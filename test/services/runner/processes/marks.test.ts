import { describe, expect, it } from "vitest";
import { placeOf, runnerMark } from "../../../../services/runner/processes/marks.ts";

describe("the place of a runner", () => {
  it("is another on another host, also where machines have no id of their own and the folders are the same", () => {
    const mark = runnerMark("local", "/data");
    expect(placeOf(mark, "box-1")).not.toBe(placeOf(mark, "box-2"));
    expect(placeOf(mark, "box-1")).toBe(placeOf(runnerMark("local", "/data"), "box-1"));
  });

  it("is another in another folder of the same host", () => {
    expect(placeOf(runnerMark("local", "/a"), "box")).not.toBe(placeOf(runnerMark("local", "/b"), "box"));
  });
});
