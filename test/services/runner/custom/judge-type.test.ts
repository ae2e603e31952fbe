import Type from "typebox";
import { describe, expect, it } from "vitest";
import { judgeType } from "../../../../services/runner/custom/judge-type.ts";
import { schemaFault } from "../../../../services/runner/custom/schema-fault.ts";
import { defineExecutor, typeOf } from "../../../../services/runner/executor.ts";

const done = async () => ({ type: "completed", result: null }) as const;
const declared = (changes: Record<string, unknown> = {}): string =>
  JSON.stringify({
    ...typeOf(defineExecutor({ type: "t", title: "T", payload: Type.Object({}), run: done })),
    ...changes,
  });

describe("what an executor's file declares", () => {
  it("can be announced with no more than a type, a title, a payload and a run function", () => {
    expect(judgeType(declared())).toMatchObject({
      ok: true,
      type: { type: "t", repeatable: false, pause: "none", plans: false, retry: { maxAttempts: 1 } },
    });
  });

  it.each([
    [{ type: "" }, /type must not have fewer than 1/],
    [{ title: 7 }, /title must be string/],
    [{ pause: "sometimes" }, /pause/],
    [{ retry: { maxAttempts: 0 } }, /retry/],
    [{ concurrency: 0 }, /concurrency must be >= 1/],
    [{ requires: { cpus: -1 } }, /requires\/cpus must be > 0/],
    [{ stuckAfterMs: 1.5 }, /stuckAfterMs must be integer/],
    [{ isolation: "vat" }, /isolation/],
    [{ isolation: "container" }, /Only Longshore's own types run in a container/],
    [{ description: "x".repeat(70_000) }, /bytes; the most is 65536/],
    [
      { payload: { pattern: "^(a+)+$" }, example: `${"a".repeat(50)}!` },
      /its example takes longer than 100 ms/,
    ],
    [{ payload: { $ref: "#/$defs/none" } }, /no valid JSON Schema: .*\$ref/i],
  ])("cannot with %j", (changes, why) => {
    const judged = judgeType(declared(changes));
    expect(judged).toMatchObject({ ok: false });
    expect(judged.ok ? "" : judged.message).toMatch(why);
  });
});

describe("a payload's schema", () => {
  it.each([
    [Type.Object({ a: Type.Array(Type.Union([Type.String(), Type.Null()])) })],
    [{ type: ["string", "null"], pattern: "^[a-z]+$" }],
    [{ properties: { pattern: { type: "string" }, type: true } }],
    [{ $defs: { a: { type: "integer" } }, anyOf: [{ $ref: "#/$defs/a" }, false] }],
    [true],
  ])("%j is one", (schema) => {
    expect(schemaFault(schema)).toBeUndefined();
  });

  it.each([
    [null, "payload is no schema."],
    [[], "payload is no schema."],
    [{ type: "text" }, 'payload/type is "text".'],
    [{ type: ["string", 1] }, "payload/type is 1."],
    [{ required: "a" }, "payload/required must be a list of names."],
    [{ enum: "a" }, "payload/enum must be a list."],
    [{ properties: { a: { items: { type: "list" } } } }, 'payload/properties/a/items/type is "list".'],
    [{ properties: [] }, "payload/properties is no schema."],
    [{ oneOf: {} }, "payload/oneOf is no schema."],
    [{ allOf: [{}, 3] }, "payload/allOf/1 is no schema."],
    [{ pattern: "(" }, "payload/pattern: Invalid regular expression: /(/u: Unterminated group."],
    [{ patternProperties: { "[": {} } }, "payload/patternProperties: "],
  ])("%j is none", (schema, why) => {
    expect(schemaFault(schema)).toContain(why);
  });
});
