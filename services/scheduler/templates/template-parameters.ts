/** What a template may ask for: JSON Schema as far as a form can show it and nobody can keep the scheduler busy with it. */
import { Validator } from "@cfworker/json-schema";
import type { JsonSchema } from "#schema/executor-type.ts";
import type { Detail } from "../submission/submission.ts";

const DEPTH_MOST = 8;
const TYPES = ["string", "number", "integer", "boolean", "array", "object", "null"];
const FORMATS = ["date-time", "date", "time", "uuid", "ipv4", "ipv6"];

type Json = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => typeof value === "number";
const isSize: Check = (value) => Number.isInteger(value) && (value as number) >= 0;
const isList: Check = (value) => Array.isArray(value);
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);

const KEYWORDS: Readonly<Record<string, Check>> = {
  title: isText,
  description: isText,
  default: () => true,
  const: () => true,
  examples: isList,
  type: (value) => [value].flat().every((type) => TYPES.includes(type as string)),
  enum: isList,
  format: (value) => FORMATS.includes(value as string),
  minimum: isNumber,
  maximum: isNumber,
  exclusiveMinimum: isNumber,
  exclusiveMaximum: isNumber,
  multipleOf: (value) => typeof value === "number" && value > 0,
  minLength: isSize,
  maxLength: isSize,
  minItems: isSize,
  maxItems: isSize,
  required: isTexts,
  properties: isJson,
  items: isJson,
  additionalProperties: (value) => typeof value === "boolean" || isJson(value),
};

const WHY_NOT: Readonly<Record<string, string>> = {
  pattern: "is not taken: some patterns never end; use enum, format or maxLength",
  $ref: "is not taken: write the schema out",
};

const inner = (schema: Json, path: string): [unknown, string][] => [
  ...Object.entries(isJson(schema["properties"]) ? schema["properties"] : {}).map(
    ([name, value]): [unknown, string] => [value, `${path}/properties/${name}`],
  ),
  ...["items", "additionalProperties"].flatMap((key): [unknown, string][] =>
    isJson(schema[key]) ? [[schema[key], `${path}/${key}`]] : [],
  ),
];

const schemaFaults = (schema: unknown, path: string, depth: number): Detail[] => {
  if (!isJson(schema)) return [{ path, message: "must be a JSON Schema" }];
  if (depth > DEPTH_MOST) return [{ path, message: `is more than ${DEPTH_MOST} deep` }];
  const own = Object.entries(schema).flatMap(([key, value]): Detail[] => {
    const check = Object.hasOwn(KEYWORDS, key) ? KEYWORDS[key] : undefined;
    if (!check) return [{ path: `${path}/${key}`, message: WHY_NOT[key] ?? "is not a keyword taken here" }];
    return check(value) ? [] : [{ path: `${path}/${key}`, message: "has a value it cannot have" }];
  });
  return own.length > 0
    ? own
    : inner(schema, path).flatMap(([value, place]) => schemaFaults(value, place, depth + 1));
};

const faultsAgainst = (schema: JsonSchema, value: unknown, path: string): Detail[] => {
  const { errors } = new Validator(schema as object, "2020-12", false).validate(value);
  return errors.map(({ instanceLocation, error }) => ({
    path: `${path}${instanceLocation.slice(1)}`,
    message: error,
  }));
};

const propertiesOf = (parameters: JsonSchema): Readonly<Record<string, JsonSchema>> =>
  (parameters["properties"] ?? {}) as Record<string, JsonSchema>;

/** Of what was asked for: an object of exactly what it names. */
export const closed = (parameters: JsonSchema): JsonSchema => ({
  ...parameters,
  type: "object",
  additionalProperties: false,
});

/** Every place where a template asks for what it cannot; empty when it is right. */
export const parameterFaults = (parameters: JsonSchema): Detail[] => {
  if (parameters["type"] !== undefined && parameters["type"] !== "object")
    return [{ path: "parameters/type", message: "must be object" }];
  const faults = schemaFaults(parameters, "parameters", 0);
  if (faults.length > 0) return faults;
  return Object.entries(propertiesOf(parameters)).flatMap(([name, schema]) => {
    const path = `parameters/properties/${name}`;
    return "default" in schema ? faultsAgainst(schema, schema["default"], `${path}/default`) : [];
  });
};

/** What was given, and for what was not its default. */
export const completed = (parameters: JsonSchema, given: Json): Json => ({
  ...Object.fromEntries(
    Object.entries(propertiesOf(parameters)).flatMap(([name, schema]) =>
      "default" in schema ? [[name, schema["default"]]] : [],
    ),
  ),
  ...given,
});

export const namesOf = (parameters: JsonSchema): ReadonlySet<string> =>
  new Set(Object.keys(propertiesOf(parameters)));

/** Every place where what was given is not what is asked for. */
export const givenFaults = (parameters: JsonSchema, given: Json): Detail[] =>
  faultsAgainst(parameters, given, "parameters");
