const TYPES = new Set(["null", "boolean", "object", "array", "number", "integer", "string"]);
const ONE = ["items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else"];
const SEVERAL = ["allOf", "anyOf", "oneOf", "prefixItems"];
const NAMED = ["properties", "patternProperties", "$defs", "dependentSchemas"];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const patternFault = (pattern: unknown, at: string): string | undefined => {
  if (pattern === undefined) return undefined;
  if (typeof pattern !== "string") return `${at} must be a text.`;
  try {
    new RegExp(pattern, "u");
    return undefined;
  } catch (error) {
    return `${at}: ${error instanceof Error ? error.message : String(error)}.`;
  }
};

const typeFault = (type: unknown, at: string): string | undefined => {
  const named: readonly unknown[] = Array.isArray(type) ? type : [type];
  const wrong = named.find((name) => typeof name !== "string" || !TYPES.has(name));
  return type === undefined || wrong === undefined ? undefined : `${at} is ${JSON.stringify(wrong)}.`;
};

const ownFault = (schema: Record<string, unknown>, at: string): string | undefined => {
  const { type, pattern, required, enum: choice } = schema;
  if (
    required !== undefined &&
    !(Array.isArray(required) && required.every((name) => typeof name === "string"))
  )
    return `${at}/required must be a list of names.`;
  if (choice !== undefined && !Array.isArray(choice)) return `${at}/enum must be a list.`;
  return typeFault(type, `${at}/type`) ?? patternFault(pattern, `${at}/pattern`);
};

/** Schemas inside of one: place and value. Throws nothing; what has the wrong form is given as it is and found wrong. */
const within = (schema: Record<string, unknown>, at: string): [string, unknown][] => [
  ...ONE.filter((key) => schema[key] !== undefined).map((key): [string, unknown] => [
    `${at}/${key}`,
    schema[key],
  ]),
  ...SEVERAL.filter((key) => schema[key] !== undefined).flatMap((key): [string, unknown][] => {
    const list = schema[key];
    if (!Array.isArray(list)) return [[`${at}/${key}`, null]];
    return list.map((inner, index): [string, unknown] => [`${at}/${key}/${index}`, inner]);
  }),
  ...NAMED.filter((key) => schema[key] !== undefined).flatMap((key): [string, unknown][] => {
    const named = schema[key];
    if (!isObject(named)) return [[`${at}/${key}`, null]];
    return Object.entries(named).map(([name, inner]): [string, unknown] => [`${at}/${key}/${name}`, inner]);
  }),
];

/** The first thing that makes it no JSON Schema (of the keywords people use), in words; undefined when it can be one. */
export const schemaFault = (schema: unknown, at = "payload"): string | undefined => {
  if (typeof schema === "boolean") return undefined;
  if (!isObject(schema)) return `${at} is no schema.`;
  const own = ownFault(schema, at);
  if (own !== undefined) return own;
  for (const pattern of Object.keys(
    isObject(schema["patternProperties"]) ? schema["patternProperties"] : {},
  )) {
    const fault = patternFault(pattern, `${at}/patternProperties`);
    if (fault !== undefined) return fault;
  }
  for (const [place, inner] of within(schema, at)) {
    const fault = schemaFault(inner, place);
    if (fault !== undefined) return fault;
  }
  return undefined;
};
