import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import {
  createErrorHandler,
  type RJSFSchema,
  type RJSFValidationError,
  toErrorSchema,
  unwrapErrorHandler,
  type ValidationData,
  validationDataMerge,
  type ValidatorType,
} from "@rjsf/utils";

type Data = unknown;
type Context = Record<string, unknown>;

/** Keywords that only say that something below them failed; the form shows what that was. */
const WRAPPERS = new Set([
  "properties",
  "items",
  "prefixItems",
  "additionalProperties",
  "allOf",
  "if",
  "then",
  "else",
  "$ref",
]);

/** `#/env/PATH` → `.env.PATH`, as the form names its fields. */
const propertyOf = (location: string): string =>
  location
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .join(".");

/** A missing property is told at the property, where the person looks. */
const missing = ({ error }: OutputUnit): string => /required property "([^"]+)"/.exec(error)?.[1] ?? "";

const asFormError = (unit: OutputUnit): RJSFValidationError => {
  const place = propertyOf(unit.instanceLocation);
  const name = unit.keyword === "required" ? missing(unit) : "";
  const message = name === "" ? unit.error : "This is needed.";
  return { name: unit.keyword, property: name === "" ? place : `${place}.${name}`, message, stack: message };
};

const validate = (schema: RJSFSchema, data: Data): readonly OutputUnit[] => {
  const { errors } = new Validator(schema as Schema, "2020-12", false).validate(data ?? {});
  const telling = errors.filter(({ keyword }) => !WRAPPERS.has(keyword));
  return telling.length > 0 ? telling : errors;
};

type ValidateArguments = Parameters<ValidatorType<Data, RJSFSchema, Context>["validateFormData"]>;

/** Validates forms without `eval`: the page's policy forbids it, and AJV compiles to functions. The server judges again. */
class FormValidator implements ValidatorType<Data, RJSFSchema, Context> {
  validateFormData(...args: ValidateArguments): ValidationData<Data> {
    const [data, schema, custom, transform, ui] = args;
    const found = validate(schema, data).map(asFormError);
    const errors = transform ? transform(found, ui) : found;
    const plain = { errors, errorSchema: toErrorSchema<Data>(errors) };
    if (!custom) return plain;
    const handled = custom(data, createErrorHandler<Data>(data), ui, plain.errorSchema);
    return validationDataMerge<Data>(plain, unwrapErrorHandler<Data>(handled));
  }

  isValid(schema: RJSFSchema, data: Data, root: RJSFSchema): boolean {
    const { $defs, definitions } = root;
    try {
      const whole = { ...($defs && { $defs }), ...(definitions && { definitions }), ...schema };
      return new Validator(whole as Schema, "2020-12").validate(data ?? {}).valid;
    } catch {
      return false;
    }
  }

  rawValidation<Result>(schema: RJSFSchema, data?: Data): { errors?: Result[]; validationError?: Error } {
    return { errors: [...validate(schema, data)] as Result[] };
  }
}

export const formValidator = new FormValidator();
