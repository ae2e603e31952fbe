import { describe, expect, it } from "vitest";
import { OutOfTime, withinTime } from "#infra/within-time.ts";

const endless = (): boolean => /^(a+)+$/u.test(`${"a".repeat(50)}!`);

describe("work within a time", () => {
  it("gives what it comes to, and throws what it throws", () => {
    expect(withinTime(1_000, () => [1, 2])).toEqual([1, 2]);
    const fault = new TypeError("no");
    expect(() =>
      withinTime(1_000, () => {
        throw fault;
      }),
    ).toThrow(fault);
  });

  it("is stopped in the midst of a regular expression that would search for years, and the next is done", () => {
    expect(() => withinTime(50, endless)).toThrow(OutOfTime);
    expect(withinTime(1_000, () => "next")).toBe("next");
  });

  it("is begun anew when others had the processor meanwhile", () => {
    let begun = 0;
    const never = new Int32Array(new SharedArrayBuffer(4));
    const work = (): string => {
      begun += 1;
      // As when the machine has no turn for this process.
      if (begun < 2) Atomics.wait(never, 0, 0, 60_000);
      return "done";
    };
    expect(withinTime(200, work)).toBe("done");
    expect(begun).toBe(2);
  });
});
