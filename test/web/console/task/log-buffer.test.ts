import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogRow } from "#schema/api.ts";
import { LogBuffer } from "../../../../web/console/src/task/log-buffer.ts";

const chunk = (seq: number, text: string, part: Partial<LogRow> = {}): LogRow => ({
  seq,
  attempt: 1,
  at: "2026-11-21T08:00:00.000Z",
  stream: "stdout",
  text,
  dropped: 0,
  ...part,
});

const linesOf = (buffer: LogBuffer): readonly string[] =>
  buffer.lines.filter(({ kind }) => kind === "line").map(({ text }) => text);

test("lines come out whole however the output was cut, in whatever order and however often it is told", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom("a", "b", " ") }), { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat({ max: 60 }), { maxLength: 6 }),
      fc.infiniteStream(fc.nat({ max: 1_000 })),
      (lines, cuts, random) => {
        const text = lines.map((line) => `${line}\n`).join("");
        const places = [
          0,
          ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b),
          text.length,
        ];
        const chunks = places.slice(1).map((end, index) => chunk(index + 1, text.slice(places[index], end)));
        const told = [...chunks, ...chunks].toSorted(() => ((random.next().value ?? 0) % 2 === 0 ? 1 : -1));
        const buffer = new LogBuffer();
        for (const each of told) buffer.add([each]);
        expect(linesOf(buffer)).toEqual(lines);
      },
    ),
  );
});

test("the two streams do not tear each other's lines apart", () => {
  const buffer = new LogBuffer();
  buffer.add([chunk(1, "out be"), chunk(2, "err\n", { stream: "stderr" }), chunk(3, "gins\n")]);
  expect(linesOf(buffer)).toEqual(["out begins", "err"]);
});

test("a line overwritten by carriage returns shows what a terminal would show", () => {
  const buffer = new LogBuffer();
  buffer.add([chunk(1, "10 %\r20 %\r"), chunk(2, "30 %\r\nnext\r\n")]);
  expect(linesOf(buffer)).toEqual(["30 %", "next"]);
});

test("attempts and gaps in the output are said in their place", () => {
  const buffer = new LogBuffer();
  buffer.add([chunk(1, "one\n"), chunk(2, "two\n", { dropped: 512 }), chunk(3, "again\n", { attempt: 2 })]);
  expect(buffer.lines.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
    "attempt: Attempt 1",
    "line: one",
    "dropped: 512 bytes of output were left out here",
    "line: two",
    "attempt: Attempt 2",
    "line: again",
  ]);
});

test("a flood is cut to what a page can hold, and the number of lines let go is kept", () => {
  const buffer = new LogBuffer();
  for (let seq = 1; seq <= 60; seq += 1) buffer.add([chunk(seq, "x\n".repeat(1_000))]);
  expect(buffer.lines.length).toBeLessThanOrEqual(55_000);
  expect(buffer.lines.length + buffer.forgotten).toBe(60_001);
});
