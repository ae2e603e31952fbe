import type { SubmitBody } from "#schema/submit-body.ts";
import type { Hue } from "../show/state-look.ts";
import { number } from "../show/words.ts";
import { type Mode, modeOf, type PolicyDraft } from "./policy-draft.ts";

interface ModeWords {
  readonly short: string;
  readonly long: string;
  readonly hue: Hue;
}

export const MODE_WORDS: Record<Mode, ModeWords> = {
  report: { short: "Report only", long: "Says what it would do, and does nothing.", hue: "slate" },
  ask: { short: "Asks first", long: "Makes a plan and waits for somebody's yes.", hue: "violet" },
  auto: {
    short: "By itself",
    long: "Acts at once, unless its plan exceeds one of these limits: then it stops and asks.",
    hue: "blue",
  },
};

/** When a policy that acts by itself stops and asks all the same. */
export const limitWords = ({ items, percent, timesUsual, above }: PolicyDraft["limits"]): string => {
  const limits = [
    ...(items === null ? [] : [`${number(items)} items`]),
    ...(percent === null ? [] : [`${percent} % of all it looks at`]),
    ...(timesUsual === null ? [] : [`${timesUsual} times the usual`]),
  ];
  if (limits.length === 0) return "whatever the size of its plan";
  const from =
    above === null || above === 0 || (percent === null && timesUsual === null)
      ? ""
      : `, from ${number(above + 1)} items on`;
  return `asks above ${limits.join(" or ")}${from}`;
};

export const modeWords = (task: Pick<SubmitBody, "payload" | "approval">): ModeWords =>
  MODE_WORDS[modeOf(task)];
