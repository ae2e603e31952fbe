import { type StatePath, type TaskState, topState } from "#schema/task.evolve.ts";

/** How a state looks: a hue, and a glyph that can be told apart without colour. */
export type Hue = "grey" | "blue" | "violet" | "amber" | "orange" | "green" | "red" | "slate";
export type Glyph =
  "circle" | "half" | "bars" | "loop" | "warning" | "check" | "cross" | "slashed" | "dots" | "hand";

export interface Look {
  readonly hue: Hue;
  readonly glyph: Glyph;
}

/** Typed by the chart's states: a state the chart gains does not compile until it has a look. */
const LOOKS: Record<TaskState, Look> = {
  unborn: { hue: "grey", glyph: "dots" },
  pending: { hue: "grey", glyph: "dots" },
  queued: { hue: "grey", glyph: "circle" },
  running: { hue: "blue", glyph: "half" },
  "awaiting-approval": { hue: "violet", glyph: "hand" },
  pausing: { hue: "violet", glyph: "bars" },
  paused: { hue: "violet", glyph: "bars" },
  stuck: { hue: "orange", glyph: "warning" },
  cancelling: { hue: "slate", glyph: "slashed" },
  retrying: { hue: "amber", glyph: "loop" },
  completed: { hue: "green", glyph: "check" },
  failed: { hue: "red", glyph: "cross" },
  cancelled: { hue: "slate", glyph: "slashed" },
};

export const lookOf = (path: StatePath): Look => LOOKS[topState(path)] ?? LOOKS.queued;

/** A task that is done but not in full is not simply green. */
export const taskLook = (path: StatePath, outcome: "full" | "partial" | null): Look =>
  outcome === "partial" ? { hue: "amber", glyph: "warning" } : lookOf(path);
