import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLogChunks, cutText } from "../../../../services/runner/work/log-chunks.ts";
import type { LogPiece } from "../../../../services/runner/slots/slot-protocol.ts";

const LIMIT = 32 * 1024;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("cuts text into pieces of at most 32 KiB, none within a character", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 4_000 }),
      (unit, times) => {
        const text = unit.repeat(times);
        const pieces = cutText(text);
        expect(pieces.join("")).toBe(text);
        for (const piece of pieces) {
          expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(LIMIT);
          expect(piece).toBe(Buffer.from(piece).toString());
        }
      },
    ),
    { numRuns: 40 },
  );
});

describe("output on its way", () => {
  const gather = () => {
    const sent: LogPiece[] = [];
    return { sent, chunks: createLogChunks((piece) => void sent.push(piece)) };
  };

  it("waits for company for a tenth of a second, each stream for itself", () => {
    const { sent, chunks } = gather();
    chunks.write({ stream: "stdout", text: "a" });
    chunks.write({ stream: "stderr", text: "e" });
    chunks.write({ stream: "stdout", text: "b" });
    vi.advanceTimersByTime(99);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual([
      { stream: "stdout", text: "ab" },
      { stream: "stderr", text: "e" },
    ]);
  });

  it("goes at once when there is enough for a chunk", () => {
    const { sent, chunks } = gather();
    chunks.write({ stream: "stdout", text: "x".repeat(LIMIT) });
    expect(sent.map(({ text }) => text).join("")).toHaveLength(LIMIT);
  });

  it("sends what came before a mark of dropped bytes before the mark", () => {
    const { sent, chunks } = gather();
    chunks.write({ stream: "stdout", text: "kept" });
    chunks.write({ stream: "stdout", text: "[5 left out]", dropped: 5 });
    expect(sent.map(({ dropped }) => dropped)).toEqual([undefined, 5]);
  });
});
