/** What of a payload is not as its type's schema wants it. */
import { Validator } from "@cfworker/json-schema";
import { OutOfTime, withinTime } from "#infra/within-time.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { Refusal } from "#schema/wishes.ts";
import { DEPTH_MOST, isTooDeep } from "./depth.ts";

/** A check takes microseconds; nobody else is heard while it goes on. */
const LIMIT_MS = 100;
const MOST_FAULTS = 20;

/** Keywords whose check can take time without end: some patterns search for years, and others compare all with all. */
const ENDLESS = /"(?:pattern|patternProperties|format|\$ref|\$dynamicRef|\$recursiveRef|uniqueItems)":/;

type Detail = NonNullable<Refusal["details"]>[number];
type Check = (payload: unknown) => Detail[];

const checks = new WeakMap<object, Check>();

const checkOf = (schema: object): Check => {
  const validator = new Validator(schema, "2020-12", false);
  const check: Check = (payload) => {
    const { valid, errors } = validator.validate(payload);
    if (valid) return [];
    return errors.slice(0, MOST_FAULTS).map(({ instanceLocation, error }) => ({
      path: `payload${instanceLocation.slice(1)}`,
      message: error,
    }));
  };
  if (!ENDLESS.test(JSON.stringify(schema))) return check;
  return (payload) => withinTime(LIMIT_MS, () => check(payload));
};

/** Empty when the payload is right. Schemas come from runners: one that cannot be used, or would never end, is a fault like others. */
export const payloadFaults = ({ payload: schema }: ExecutorType, payload: unknown): Detail[] => {
  if (isTooDeep(payload)) return [{ path: "payload", message: `is more than ${DEPTH_MOST} levels deep` }];
  try {
    const check = checks.get(schema) ?? checkOf(schema as object);
    checks.set(schema, check);
    return check(payload);
  } catch (error) {
    if (error instanceof OutOfTime) {
      const message = `takes longer than ${LIMIT_MS} ms to hold against the type's own schema, so it is not taken`;
      return [{ path: "payload", message }];
    }
    return [{ path: "payload", message: `the type's own schema cannot be used (${String(error)})` }];
  }
};
