import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { ATTEMPT_BODIES, AttemptReportShape } from "#schema/report-shapes.ts";
import type { WishReply } from "#schema/wishes.ts";

type Detail = NonNullable<Extract<WishReply, { ok: false }>["details"]>[number];

/** Every place where something from the wire is not what it must be; empty when it can be believed. */
export type Shape = (value: unknown) => readonly Detail[];

const MOST_DETAILS = 20;

export const shapeOf = (schema: TSchema): Shape => {
  const compiled = Compile(schema);
  return (value) => {
    if (compiled.Check(value)) return [];
    return compiled
      .Errors(value)
      .slice(0, MOST_DETAILS)
      .map(({ instancePath, message }) => ({ path: instancePath.slice(1), message }));
  };
};

const reportShape = shapeOf(AttemptReportShape);
const bodyShapes = new Map<unknown, Shape>(
  Object.entries(ATTEMPT_BODIES).map(([type, schema]) => [type, shapeOf(schema)]),
);

/** An attempt's report: first what surrounds it, then what its kind asks for. */
export const attemptShape: Shape = (value) => {
  const around = reportShape(value);
  if (around.length > 0) return around;
  const { body } = value as { body: { type: unknown } };
  return (bodyShapes.get(body.type)?.(body) ?? []).map(({ path, message }) => ({
    path: `body/${path}`,
    message,
  }));
};

/** The refusal of what is not in shape. */
export const misshapen = (details: readonly Detail[]) => {
  const [first] = details;
  const place = first ? `: ${first.path === "" ? "it" : first.path} ${first.message}` : "";
  return { ok: false, code: "invalid", message: `It cannot be understood${place}.`, details } as const;
};
