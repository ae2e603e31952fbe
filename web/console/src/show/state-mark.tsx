import type { ReactNode } from "react";
import type { TaskSummary } from "#schema/api.ts";
import { topState } from "#schema/task.evolve.ts";
import { type Glyph, type Look, taskLook } from "./state-look.ts";
import { sentence, stateWords } from "./words.ts";

const stroke = {
  fill: "none",
  stroke: "currentColor",
  strokeWidth: 1.6,
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;

const DRAWINGS: Record<Glyph, ReactNode> = {
  circle: <circle cx="8" cy="8" r="5.2" {...stroke} />,
  dots: <circle cx="8" cy="8" r="5.2" {...stroke} strokeDasharray="2.2 2.2" />,
  half: (
    <>
      <circle cx="8" cy="8" r="5.2" {...stroke} />
      <path d="M8 2.8a5.2 5.2 0 0 1 0 10.4z" fill="currentColor" />
    </>
  ),
  bars: <path d="M5.6 3.6v8.8M10.4 3.6v8.8" {...stroke} strokeWidth={2.4} />,
  loop: <path d="M12.6 6.2A5 5 0 1 0 13 9M12.9 3v3.4H9.5" {...stroke} />,
  warning: <path d="M8 2.6 14 13H2zM8 6.6v3M8 11.3v.1" {...stroke} />,
  check: <path d="m3.4 8.6 3 3 6.2-7" {...stroke} strokeWidth={2} />,
  cross: <path d="m4.2 4.2 7.6 7.6M11.8 4.2l-7.6 7.6" {...stroke} strokeWidth={2} />,
  slashed: (
    <>
      <circle cx="8" cy="8" r="5.2" {...stroke} />
      <path d="m4.4 11.6 7.2-7.2" {...stroke} />
    </>
  ),
  hand: <path d="M8 2.8v5.4M8 11.6v.1M2.8 8a5.2 5.2 0 1 0 10.4 0A5.2 5.2 0 0 0 2.8 8" {...stroke} />,
};

export const GlyphMark = ({ glyph }: { readonly glyph: Glyph }) => (
  <svg className="glyph" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    {DRAWINGS[glyph]}
  </svg>
);

const word = (task: Pick<TaskSummary, "state" | "outcome">): string => {
  if (task.outcome === "partial") return "Partly completed";
  const inner = task.state === "running.working" ? "running" : task.state;
  return sentence(stateWords(inner));
};

interface StateMarkProps {
  readonly task: Pick<TaskSummary, "state" | "outcome">;
  readonly testId?: string;
}

/** Glyph, word and colour: never colour alone. */
export const StateMark = ({ task, testId }: StateMarkProps) => {
  const look: Look = taskLook(task.state, task.outcome);
  return (
    <span
      className="state"
      data-hue={look.hue}
      data-state={task.state}
      data-top={topState(task.state)}
      data-testid={testId}
    >
      <GlyphMark glyph={look.glyph} />
      <span className="state-word">{word(task)}</span>
    </span>
  );
};
