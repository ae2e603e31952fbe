import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { type JsonLine, jsonLines } from "../../../../../../services/runner/executors/docker/engine/lines.ts";

const read = async (chunks: readonly (Buffer | string)[], longest?: number): Promise<JsonLine[]> => {
  const lines: JsonLine[] = [];
  for await (const line of jsonLines(Readable.from(chunks, { objectMode: true }), longest)) lines.push(line);
  return lines;
};

it("gives each line's value, wherever the chunks are cut, also in the middle of a character", async () => {
  const text = '{"a":"ö–€"}\r\n\n[1]\n\u001e{"b":2}\n"the last has no end"';
  const whole = Buffer.from(text);
  const expected = [{ a: "ö–€" }, [1], { b: 2 }, "the last has no end"].map((value) => ({ ok: true, value }));
  for (const size of [1, 2, 3, 7, whole.length]) {
    const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
      whole.subarray(index * size, (index + 1) * size),
    );
    expect(await read(chunks)).toEqual(expected);
  }
});

it("tells of a line that is no JSON, or that has no end, and goes on after it", async () => {
  expect(await read(['{"a":1}\n<html>\n{"a":2}\n'])).toEqual([
    { ok: true, value: { a: 1 } },
    { ok: false, message: "no JSON: <html>" },
    { ok: true, value: { a: 2 } },
  ]);
  const endless = Array.from({ length: 1_000 }, () => "x".repeat(1_000));
  expect(await read([...endless, "\n1\n"], 10_000)).toEqual([
    { ok: false, message: "a line longer than 10000 characters" },
    { ok: true, value: 1 },
  ]);
});

it("throws what the stream throws", async () => {
  const broken = Readable.from(
    (function* () {
      yield '{"a":1}\n{"b"';
      throw new Error("aborted");
    })(),
  );
  await expect(async () => {
    for await (const line of jsonLines(broken)) expect(line).toEqual({ ok: true, value: { a: 1 } });
  }).rejects.toThrow("aborted");
});
