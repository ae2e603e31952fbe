import { Switch } from "@mantine/core";
import { useEffect, useMemo, useRef, useState } from "react";
import type { TaskEventRow } from "#schema/api.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import { lookOf } from "../show/state-look.ts";
import { GlyphMark } from "../show/state-mark.tsx";
import { sentence, stateWords } from "../show/words.ts";
import {
  type Arrow,
  chartOutline,
  guardWords,
  isActive,
  type OutlineState,
  possibleNext,
} from "./outline.ts";

interface ChartState {
  readonly state: string;
  readonly visits: ReadonlyMap<string, number>;
  readonly next: ReadonlySet<string>;
  readonly all: boolean;
}

/** How often each state was entered; staying does not count. */
const countVisits = (events: readonly TaskEventRow[]): ReadonlyMap<string, number> => {
  const visits = new Map<string, number>();
  for (const { from, to } of events) {
    if (from === to) continue;
    const top = to.split(".")[0] ?? to;
    visits.set(to, (visits.get(to) ?? 0) + 1);
    if (top !== to && !from.startsWith(`${top}.`)) visits.set(top, (visits.get(top) ?? 0) + 1);
  }
  return visits;
};

const ArrowLine = ({ arrow, possible }: { readonly arrow: Arrow; readonly possible: boolean }) => (
  <li className="arrow" data-possible={possible || undefined}>
    <span className="arrow-event">{arrow.event}</span>
    {arrow.guard !== null && <span className="arrow-guard">[{guardWords(arrow.guard)}]</span>}
    <span className="arrow-to">{arrow.stays ? "stays" : `→ ${stateWords(arrow.to)}`}</span>
    {possible && <span className="visually-hidden">, possible now</span>}
  </li>
);

interface StateCardProps {
  readonly node: OutlineState;
  readonly chart: ChartState;
  readonly level: number;
}

const StateCard = ({ node, chart, level }: StateCardProps) => {
  const active = isActive(node.path, chart.state);
  const visits = chart.visits.get(node.path) ?? 0;
  const arrows = chart.all || active ? node.arrows : [];
  const inner = node.children.length > 0;
  return (
    <li
      role="treeitem"
      aria-level={level}
      aria-current={active ? "step" : undefined}
      {...(inner ? { "aria-expanded": true } : {})}
      className="card"
      data-hue={lookOf(node.path).hue}
      data-active={active || undefined}
      data-visited={visits > 0 || undefined}
      data-testid={`chart-state-${node.path}`}
    >
      <div className="card-head">
        <GlyphMark glyph={lookOf(node.path).glyph} />
        <strong>{sentence(stateWords(node.name))}</strong>
        {active && !inner && <span className="card-here">here</span>}
        {visits > 0 && <span className="card-visits">{visits === 1 ? "visited" : `visited ×${visits}`}</span>}
      </div>
      <p className="card-words">{node.description}</p>
      {arrows.length > 0 && (
        <ul className="arrows" aria-label={`What can happen in ${stateWords(node.path)}`}>
          {arrows.map((arrow) => (
            <ArrowLine key={arrow.id} arrow={arrow} possible={chart.next.has(arrow.id)} />
          ))}
        </ul>
      )}
      {inner && (
        <ul role="group" className="cards inner">
          {node.children.map((child) => (
            <StateCard key={child.path} node={child} chart={chart} level={level + 1} />
          ))}
        </ul>
      )}
    </li>
  );
};

const GROUPS = [
  { tag: "waiting", title: "Waiting" },
  { tag: "active", title: "At work" },
  { tag: "settled", title: "Settled" },
] as const;

interface OutlineViewProps {
  readonly task: FoldedTask;
  readonly events: readonly TaskEventRow[];
}

/** The statechart as nested cards, drawn from the machine itself, with the task's place in it. */
export const OutlineView = ({ task, events }: OutlineViewProps) => {
  const [all, setAll] = useState(false);
  const [follow, setFollow] = useState(true);
  const tree = useRef<HTMLDivElement>(null);
  const outline = useMemo(() => chartOutline().filter(({ tag }) => tag !== null), []);
  const chart: ChartState = {
    state: task.state,
    visits: useMemo(() => countVisits(events), [events]),
    next: useMemo(() => possibleNext(task), [task]),
    all,
  };
  useEffect(() => {
    if (!follow) return;
    const here = tree.current?.querySelector<HTMLElement>(
      `[data-testid="chart-state-${CSS.escape(task.state)}"]`,
    );
    here?.scrollIntoView({ block: "nearest" });
  }, [follow, task.state]);
  return (
    <div className="chart" ref={tree}>
      <div className="chart-bar">
        <span className="legend">
          <span className="swatch" data-active="" /> here
          <span className="swatch" data-visited="" /> visited
          <span className="swatch" /> not visited
          <span className="legend-arrow">→</span> possible next
        </span>
        <span className="spring" />
        <Switch
          size="xs"
          label="Follow"
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
        <Switch
          size="xs"
          label="All arrows"
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      </div>
      <ul role="tree" aria-label="Statechart of the task" className="chart-columns">
        {GROUPS.map(({ tag, title }) => (
          <li key={tag} role="treeitem" aria-level={1} aria-expanded className="chart-column">
            <h3>{title}</h3>
            <ul role="group" className="cards">
              {outline
                .filter((node) => node.tag === tag)
                .map((node) => (
                  <StateCard key={node.path} node={node} chart={chart} level={2} />
                ))}
            </ul>
          </li>
        ))}
      </ul>
      <p className="visually-hidden" aria-live="polite">
        The task is {stateWords(task.state)}.
      </p>
    </div>
  );
};
