import { Checkbox } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useRef } from "react";
import { useNow } from "../show/ticker.ts";
import { useRowKeys } from "../show/use-row-keys.ts";
import { number } from "../show/words.ts";
import { type Choice, type Group, groupOf, isTicked } from "./plan-groups.ts";
import { PlanLine } from "./plan-line.tsx";
import { type PlanRow, tickedOf } from "./plan-rows.ts";
import { GROUP_WORDS } from "./plan-words.ts";

const HEAD_PX = 36;
const ROW_PX = 50;
/** On a narrow screen a reason has two lines; styles/plan.css draws the line at the same width. */
const TALL_ROW_PX = 68;
const NARROW = "(max-width: 800px)";
const COLUMNS = ["Item", "Used by", "Size", "Created", "Last used"];
/** Ages are told to the minute; a list of thousands need not be drawn every second. */
const MINUTE = 60_000;

export type OnTick = (indices: readonly number[], ticked: boolean) => void;

interface GroupHeadProps {
  readonly group: Group;
  readonly indices: readonly number[];
  readonly at: number;
  readonly top: number;
  readonly choice: Choice;
  readonly onTick: OnTick | null;
}

const GroupHead = ({ group, indices, at, top, choice, onTick }: GroupHeadProps) => {
  const ticked = tickedOf(group, indices, choice);
  const words = GROUP_WORDS[group].head;
  return (
    <div
      role="row"
      aria-rowindex={at + 2}
      className="row plan-group"
      data-group={group}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="cell" className="cell-check">
        {ticked !== null && (
          <Checkbox
            size="xs"
            data-testid={`tick-all-${group}`}
            aria-label={`All ${number(indices.length)} shown: ${words}`}
            checked={ticked === indices.length}
            indeterminate={ticked > 0 && ticked < indices.length}
            disabled={onTick === null}
            onChange={(event) => onTick?.(indices, event.currentTarget.checked)}
          />
        )}
      </span>
      <span role="cell">
        {words}{" "}
        <b>
          {ticked === null || ticked === indices.length
            ? number(indices.length)
            : `${number(ticked)} of ${number(indices.length)}`}
        </b>
      </span>
    </div>
  );
};

interface PlanTableProps {
  readonly rows: readonly PlanRow[];
  readonly choice: Choice;
  readonly onTick: OnTick | null;
}

/** What a plan makes of everything it looked at; thousands of lines. */
export const PlanTable = ({ rows, choice, onTick }: PlanTableProps) => {
  const scroller = useRef<HTMLDivElement>(null);
  const height = useMediaQuery(NARROW, false, { getInitialValueInEffect: false }) ? TALL_ROW_PX : ROW_PX;
  const now = Math.floor(useNow() / MINUTE) * MINUTE;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => (rows[at]?.head === null ? height : HEAD_PX),
    overscan: 15,
  });
  // What was measured before was of the other height, or of other lines.
  useEffect(() => virtual.measure(), [virtual, height, rows]);
  const tickOne = useCallback((index: number, ticked: boolean) => onTick?.([index], ticked), [onTick]);
  const show = useCallback((at: number) => virtual.scrollToIndex(at), [virtual]);
  const switchRow = useCallback(
    (at: number) => {
      const row = rows[at];
      if (row === undefined) return;
      if (row.head === null) tickOne(row.index, !isTicked(choice, groupOf(row.item), row.index));
      else onTick?.(row.indices, tickedOf(row.head, row.indices, choice) !== row.indices.length);
    },
    [rows, choice, onTick, tickOne],
  );
  const current = useRowKeys({ count: rows.length, onShow: show, onSelect: switchRow });
  return (
    <div
      ref={scroller}
      className="table plan-table"
      role="table"
      aria-label="Items of the plan"
      aria-rowcount={rows.length + 1}
      tabIndex={0}
    >
      <div role="row" aria-rowindex={1} className="row row-head plan-row">
        <span role="columnheader">
          <span className="visually-hidden">Ticked</span>
        </span>
        {COLUMNS.map((name) => (
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
      </div>
      <div role="rowgroup" className="rows" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index: at, start }) => {
          const row = rows[at];
          if (row === undefined) return null;
          if (row.head !== null)
            return (
              <GroupHead
                key={row.head}
                group={row.head}
                indices={row.indices}
                at={at}
                top={start}
                choice={choice}
                onTick={onTick}
              />
            );
          return (
            <PlanLine
              key={row.index}
              item={row.item}
              index={row.index}
              at={at}
              top={start}
              ticked={isTicked(choice, groupOf(row.item), row.index)}
              current={at === current}
              now={now}
              onTick={onTick === null ? null : tickOne}
            />
          );
        })}
      </div>
    </div>
  );
};
