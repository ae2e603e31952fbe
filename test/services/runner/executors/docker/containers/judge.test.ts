import { describe, expect, it } from "vitest";
import type { Verb } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import {
  type Intent,
  judge,
  type Standing,
  UNREPEATABLE,
} from "../../../../../../services/runner/executors/docker/containers/judge.ts";

const NOW = "2026-11-21T10:00:00Z";
const LATER = "2026-11-21T10:05:00Z";
const stopped: Standing = { running: false, paused: false, removing: false, startedAt: NOW };
const running: Standing = { ...stopped, running: true };
const paused: Standing = { ...running, paused: true };
const restarted: Standing = { ...running, startedAt: LATER };
const begun: Intent = { startedAt: NOW };
const short = (verb: Verb, standing: Standing | null, intent?: Intent): string => {
  const verdict = judge(verb, standing, intent);
  return verdict.to === "settle" ? `${verdict.outcome}${verdict.code ? `:${verdict.code}` : ""}` : verdict.to;
};

it.each<[Verb, Standing | null, string]>([
  ["start", stopped, "act"],
  ["start", running, "unchanged"],
  ["start", paused, "skipped:paused"],
  ["start", null, "skipped:gone"],
  ["stop", running, "act"],
  ["stop", paused, "act"],
  ["stop", stopped, "unchanged"],
  ["stop", null, "skipped:gone"],
  ["kill", running, "act"],
  ["kill", stopped, "unchanged"],
  ["kill", null, "skipped:gone"],
  ["restart", running, "act"],
  ["restart", paused, "act"],
  ["restart", stopped, "skipped:not-running"],
  ["restart", null, "skipped:gone"],
  ["pause", running, "act"],
  ["pause", paused, "unchanged"],
  ["pause", stopped, "skipped:not-running"],
  ["unpause", paused, "act"],
  ["unpause", running, "unchanged"],
  ["remove", stopped, "act"],
  ["remove", running, "skipped:running"],
  ["remove", { ...stopped, removing: true }, "watch"],
  ["remove", null, "unchanged:gone"],
])("judges %s of %o by its goal: %s", (verb, standing, expected) => {
  expect(short(verb, standing)).toBe(expected);
});

describe("an action that was begun before a crash", () => {
  it.each<[Verb, Standing | null, string]>([
    ["start", running, "done:reconciled"],
    ["stop", stopped, "done:reconciled"],
    ["stop", running, "act"],
    ["stop", restarted, "act"],
    ["stop", null, "done:removed"],
    ["kill", stopped, "done:reconciled"],
    ["kill", running, "act"],
    ["kill", restarted, "done:started-since"],
    ["restart", restarted, "done:reconciled"],
    ["restart", running, "watch"],
    ["restart", stopped, "watch"],
    ["restart", { ...restarted, running: false }, "watch"],
    ["pause", paused, "done:reconciled"],
    ["unpause", running, "done:reconciled"],
    ["remove", null, "done:reconciled"],
  ])("is judged for %s of %o: %s", (verb, standing, expected) => {
    expect(short(verb, standing, UNREPEATABLE.has(verb) ? begun : {})).toBe(expected);
  });
});
