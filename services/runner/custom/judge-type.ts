import { Validator } from "@cfworker/json-schema";
import { Compile } from "typebox/compile";
import { OutOfTime, withinTime } from "#infra/within-time.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import { OfferedType } from "#schema/report-shapes.ts";
import { schemaFault } from "./schema-fault.ts";

/** All types travel in one hello and one fact: a single one may not fill it. */
const LARGEST_BYTES = 64 * 1024;

export type Judged =
  { readonly ok: true; readonly type: ExecutorType } | { readonly ok: false; readonly message: string };

const shape = Compile(OfferedType);

/** As long as the scheduler gives a payload. */
const CHECKED_MS = 100;

/** Does the scheduler's own validator cope with it? Faults of the instance do not matter here. */
const unusable = (payload: object, example: unknown): string | undefined => {
  try {
    withinTime(CHECKED_MS, () => new Validator(payload, "2020-12", false).validate(example));
    return undefined;
  } catch (error) {
    if (error instanceof OutOfTime) return `its example takes longer than ${CHECKED_MS} ms to check.`;
    return error instanceof Error ? error.message : String(error);
  }
};

const faultOf = (declared: unknown, bytes: number): string | undefined => {
  if (bytes > LARGEST_BYTES) return `What it declares has ${bytes} bytes; the most is ${LARGEST_BYTES}.`;
  const [wrong] = shape.Errors(declared);
  if (wrong) return `Its declaration is not valid: ${wrong.instancePath.slice(1) || "it"} ${wrong.message}.`;
  const { payload, example, isolation } = declared as ExecutorType;
  if (isolation === "container") return "Only Longshore's own types run in a container.";
  const fault = schemaFault(payload) ?? unusable(payload, example);
  return fault === undefined ? undefined : `Its payload is no valid JSON Schema: ${fault}`;
};

/** Whether what a file declares (as JSON) can be announced. */
export const judgeType = (declared: string): Judged => {
  const type: unknown = JSON.parse(declared);
  const message = faultOf(type, Buffer.byteLength(declared));
  return message === undefined ? { ok: true, type: type as ExecutorType } : { ok: false, message };
};
