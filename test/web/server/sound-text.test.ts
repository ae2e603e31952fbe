import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unsoundText } from "../../../web/server/sound-text.ts";

describe("text that can be stored", () => {
  it("lets every JSON value of well-formed text without NUL through", () => {
    const text = fc.string({ unit: "grapheme" }).filter((sample) => !sample.includes("\u0000"));
    fc.assert(
      fc.property(
        fc.letrec((tie) => ({
          value: fc.oneof(
            { maxDepth: 5 },
            text,
            fc.double(),
            fc.boolean(),
            fc.constant(null),
            fc.array(tie("value")),
            fc.dictionary(text, tie("value")),
          ),
        })).value,
        (value) => unsoundText(value) === null,
      ),
    );
  });

  it("finds what cannot be stored, wherever it is, and says where", () => {
    expect(unsoundText({ a: [{ b: "x\u0000" }] })?.path).toBe("/a/0/b");
    expect(unsoundText({ "x\u0000": 1 })).not.toBeNull();
    expect(unsoundText(["\ud83d"])?.message).toContain("well-formed");
    expect(unsoundText(["\ud83d\ude00"])).toBeNull();
  });

  it("refuses nesting that nobody meant, without running out of stack", () => {
    const nested = JSON.parse("[".repeat(50_000) + "]".repeat(50_000)) as unknown;
    expect(unsoundText(nested)?.message).toContain("nested");
  });
});
