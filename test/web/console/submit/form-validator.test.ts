import { expect, test } from "vitest";
import type { RJSFSchema } from "@rjsf/utils";
import { formValidator } from "../../../../web/console/src/submit/form-validator.ts";

const schema: RJSFSchema = {
  type: "object",
  additionalProperties: false,
  required: ["action"],
  properties: {
    action: { enum: ["start", "stop"] },
    env: { type: "object", additionalProperties: { type: "string" } },
    at: { type: "integer", minimum: 1 },
  },
};

const problems = (data: unknown): readonly string[] =>
  formValidator.validateFormData(data, schema).errors.map(({ property }) => property ?? "");

test("what is right passes", () => {
  expect(problems({ action: "stop", env: { A: "b" }, at: 2 })).toEqual([]);
  expect(formValidator.isValid(schema, { action: "stop" }, schema)).toBe(true);
});

test("each complaint stands at the field it is about", () => {
  expect(problems({})).toEqual([".action"]);
  expect(problems({ action: "explode" })).toEqual([".action"]);
  expect(problems({ action: "stop", env: { PATH: 7 } })).toEqual([".env.PATH"]);
  expect(problems({ action: "stop", at: 0 })).toEqual([".at"]);
});

test("references into the form's own definitions are followed", () => {
  const root: RJSFSchema = { $defs: { word: { type: "string" } } };
  expect(formValidator.isValid({ $ref: "#/$defs/word" }, "yes", root)).toBe(true);
  expect(formValidator.isValid({ $ref: "#/$defs/word" }, 7, root)).toBe(false);
});
