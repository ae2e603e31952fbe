import type { Plan } from "#schema/items.ts";
import { type Ending, failed } from "../executor.ts";
import { asPlain } from "./plain.ts";
import { Refused } from "./questions.ts";

const LONGEST_CODE = 100;

const textOf = (value: unknown, otherwise: string): string =>
  typeof value === "string" && value !== "" ? value : otherwise;

const judge = (given: Partial<Record<string, unknown>> | null | undefined): Ending => {
  switch (given?.["type"]) {
    case "completed":
      return { type: "completed", result: asPlain(given["result"], "Its result") };
    case "planned":
      return { type: "planned", plan: asPlain(given["plan"], "Its plan") as Plan };
    case "failed": {
      const { code, message } = (given["error"] ?? {}) as Partial<Record<string, unknown>>;
      return failed(
        textOf(code, "failed").slice(0, LONGEST_CODE),
        textOf(message, "It failed and does not say why."),
        given["retryable"] === true,
      );
    }
    case "cancelled":
      return { type: "cancelled" };
    case "paused":
      return { type: "paused" };
    default:
      return failed(
        "no-ending",
        'It ended with something that is no ending, for example { type: "completed", result }.',
        false,
      );
  }
};

/** The ending an executor gave, whoever wrote it: one that cannot be told to anybody becomes a failure that says so. */
export const soundEnding = (given: unknown): Ending => {
  try {
    return judge(given as Parameters<typeof judge>[0]);
  } catch (error) {
    if (error instanceof Refused) return failed(error.code, error.message, false);
    throw error;
  }
};
