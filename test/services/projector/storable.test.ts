import { expect, it } from "vitest";
import { storableJson, storableText } from "../../../services/projector/storable.ts";

it("NUL and halves of surrogate pairs are replaced, in values and in keys", () => {
  expect(storableText("a\0b")).toBe("a\uFFFDb");
  expect(JSON.parse(storableJson({ "k\0": "a\0b\ud800c\udfffd" }))).toEqual({
    "k\uFFFD": "a\uFFFDb\uFFFDc\uFFFDd",
  });
});

it("everything else stays as it is, also what only looks like an escape", () => {
  for (const value of ["\\u0000", "\\\\u0000", "\\\\\\ud800", "😀", '"\n\t\u0001', "\\", null, [1.5, true]]) {
    expect(JSON.parse(storableJson({ value }))).toEqual({ value });
  }
  expect(JSON.parse(storableJson("\\\0"))).toBe("\\\uFFFD");
});
