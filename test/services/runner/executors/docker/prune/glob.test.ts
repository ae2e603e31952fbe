import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesGlob } from "../../../../../../services/runner/executors/docker/prune/glob.ts";

/** The plain meaning of a pattern, without regard to time. */
const means = (pattern: string, text: string): boolean => {
  if (pattern === "") return text === "";
  const [first = "", rest] = [pattern[0], pattern.slice(1)];
  if (first === "*") return means(rest, text) || (text !== "" && means(pattern, text.slice(1)));
  return text !== "" && (first === "?" || first === text[0]) && means(rest, text.slice(1));
};

describe("a pattern with * and ?", () => {
  it("means what it says, for all patterns", () => {
    const chars = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 8 });
    const patterns = fc.string({ unit: fc.constantFrom("a", "b", ".", "*", "?"), maxLength: 7 });
    fc.assert(
      fc.property(patterns, chars, (pattern, text) => {
        expect(matchesGlob(pattern, text)).toBe(means(pattern, text));
      }),
      { numRuns: 3_000 },
    );
  });
  it("takes the rest of a name literally, also what regular expressions mean something by", () => {
    expect(matchesGlob("a.b", "axb")).toBe(false);
    expect(matchesGlob("(a+)+$", "aaaa")).toBe(false);
  });
  it("takes no more than a moment for a hostile one", () => {
    const begun = performance.now();
    expect(matchesGlob(`${"a*".repeat(140)}b`, "a".repeat(300))).toBe(false);
    expect(performance.now() - begun).toBeLessThan(500);
  });
});
