import { describe, expect, it } from "vitest";
import { assemble } from "../../../../../../services/runner/executors/docker/prune/assemble.ts";
import { act, kept, type Verdict } from "../../../../../../services/runner/executors/docker/prune/verdict.ts";

const many = (count: number, verdict: Verdict) =>
  Array.from({ length: count }, (_, index) => ({
    verdict,
    thing: { kind: "image", id: `i${index}`, name: `n${index}`, bytes: 1, createdAt: 0, looks: "l" } as const,
  }));

describe("a plan of many things", () => {
  it("begins with what is acted on, and says how many of the rest it does not list", () => {
    const items = assemble([...many(10_005, kept("in-use", "Used.")), ...many(3, act("unused", "Unused."))]);
    expect(items).toHaveLength(10_000);
    expect(items.slice(0, 3).map(({ skip }) => skip)).toEqual([undefined, undefined, undefined]);
    expect(items[3]).toMatchObject({ skip: "Used.", rule: "in-use", protected: true });
    expect(items.at(-1)?.note).toBe("8 more are left alone and not listed here.");
  });
  it("fails when more is to go than it may hold", () => {
    expect(() => assemble(many(10_001, act("unused", "Unused.")))).toThrow(/10001 things would be removed/);
  });
});
