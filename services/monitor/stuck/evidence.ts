import type { AttemptUse, Progress } from "#schema/telemetry.ts";

/** One look at what an attempt has used; `at` in ms on the monotonic clock. */
export interface Look extends Pick<AttemptUse, "cpuMs" | "ioBytes"> {
  readonly at: number;
}

/** What an attempt told of its progress last. */
export type LastStep = Pick<Progress, "percent" | "message">;

/** What was used between two looks; 0 where nobody knows. */
export const grown = (before: number | null, after: number | null): number =>
  before === null || after === null ? 0 : after - before;

/** Milliseconds as people say them: "40 s", "5 min", "2 h". */
export const durationWords = (ms: number): string => {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7_200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3_600)} h`;
};

const workWords = (before: Look, after: Look): string => {
  if (after.cpuMs === null) return "It shares its process with others, so what it computes cannot be told.";
  const cpu = `It used ${(grown(before.cpuMs, after.cpuMs) / 1_000).toFixed(1)} s of processor time in that time`;
  return after.ioBytes === null
    ? `${cpu}; what data it moves cannot be told.`
    : `${cpu} and moved ${grown(before.ioBytes, after.ioBytes)} bytes.`;
};

const stepWords = ({ percent, message }: LastStep): string => {
  const said = [
    ...(percent === null ? [] : [`${Math.round(percent)} %`]),
    ...(message === "" ? [] : [`“${message.slice(0, 200)}”`]),
  ];
  return said.length === 0 ? "" : ` Last progress: ${said.join(", ")}.`;
};

/** Why an attempt counts as stuck: what was looked for and not seen since its last sign of life. */
export const evidenceOf = (silentMs: number, looks: readonly [Look, Look], step: LastStep | null): string =>
  `No progress, output or result for ${durationWords(silentMs)}. ${workWords(...looks)}${step === null ? "" : stepWords(step)}`;
