import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createOutput } from "../../../../../services/runner/executors/command/output.ts";

const collect = (limit?: number) => {
  const sent: { text: string; dropped: number | undefined }[] = [];
  const output = createOutput((text, dropped) => void sent.push({ text, dropped }), limit);
  return { sent, output, text: () => sent.map(({ text }) => text).join("") };
};

describe("the output of a command", () => {
  it("is the same text however its bytes are cut into chunks", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.array(fc.integer({ min: 1, max: 7 })),
        (text, cuts) => {
          const { output, text: got } = collect();
          let rest = Buffer.from(text);
          for (const cut of cuts) {
            output.take(rest.subarray(0, cut));
            rest = rest.subarray(cut);
          }
          output.take(rest);
          output.end();
          expect(got()).toBe(Buffer.from(text).toString());
        },
      ),
    );
  });

  it("has bytes that are no text replaced, also a character that never ends", () => {
    const { output, text } = collect();
    output.take(Buffer.from([0x61, 0xff, 0x62, 0xe2, 0x82]));
    output.end();
    expect(text()).toBe("a\ufffdb\ufffd");
  });

  it("keeps what fits, and counts what does not", () => {
    const { output, sent } = collect(5);
    output.take(Buffer.from("abc"));
    output.take(Buffer.from("defgh"));
    output.take(Buffer.from("ij"));
    output.end();
    expect(sent).toEqual([
      { text: "abc", dropped: undefined },
      { text: "de", dropped: undefined },
      { text: "\n[5 bytes beyond 5 were left out]\n", dropped: 5 },
    ]);
  });

  it("remembers its last line with something in it, shortened", () => {
    const { output } = collect();
    output.take(Buffer.from("first\nlast words\n\n  \n"));
    expect(output.lastLine).toBe("last words");
    output.take(Buffer.from("x".repeat(5_000)));
    expect(output.lastLine).toBe("x".repeat(1_000));
  });
});
