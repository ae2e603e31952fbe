import { Checkbox } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type UIEvent, useCallback, useEffect, useRef, useState } from "react";
import type { ListView, TaskList } from "../live/task-list.ts";
import { useRowKeys } from "../show/use-row-keys.ts";
import { plural } from "../show/words.ts";
import { isChosen, type TaskChoice } from "./task-choice.ts";
import { TaskRow } from "./task-row.tsx";

const ROW = 44;
/** On a narrow screen a row has two lines; styles/task-list.css draws the line at the same width. */
const TALL_ROW = 64;
const NARROW = "(max-width: 800px)";
/** How near to the end the next page is asked for, rows. */
const AHEAD = 20;

const COLUMNS = [
  "State",
  "Name",
  "Type",
  "Queue",
  "Priority",
  "Progress",
  "Try",
  "Time",
  "Submitted",
  "Actions",
];
const CLASSES = [
  "state",
  "name",
  "type",
  "queue",
  "priority",
  "progress",
  "attempt",
  "time",
  "ago",
  "actions",
];

interface TaskTableProps {
  readonly list: TaskList;
  readonly view: ListView;
  readonly choice: TaskChoice;
  readonly onChoose: (id: string, range: boolean) => void;
  readonly onChooseLoaded: () => void;
}

/** A thousand rows, of which only those in sight exist. While somebody points at it or has scrolled, no row moves. */
export const TaskTable = ({ list, view, choice, onChoose, onChooseLoaded }: TaskTableProps) => {
  const scroller = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const [pointed, setPointed] = useState(false);
  const [scrolled, setScrolled] = useState(false);
  const { rows, fresh, more } = view;
  const height = useMediaQuery(NARROW, false, { getInitialValueInEffect: false }) ? TALL_ROW : ROW;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  useEffect(() => virtual.measure(), [virtual, height]);
  const show = useCallback((index: number) => virtual.scrollToIndex(index), [virtual]);
  const open = useCallback(
    (index: number) => {
      const id = rows[index]?.id;
      if (id !== undefined) void navigate({ to: "/tasks/$id", params: { id } });
    },
    [rows, navigate],
  );
  const select = useCallback(
    (index: number) => rows[index] && onChoose(rows[index].id, false),
    [rows, onChoose],
  );
  const current = useRowKeys({ count: rows.length, onShow: show, onOpen: open, onSelect: select });
  const chosen = rows.filter(({ id }) => isChosen(choice, id)).length;
  useEffect(() => list.hold(pointed || scrolled || current >= 0), [list, pointed, scrolled, current]);

  const visible = virtual.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && last >= rows.length - AHEAD) void list.loadMore();
  }, [list, more, last, rows.length]);

  const reveal = (): void => {
    list.reveal();
    scroller.current?.scrollTo({ top: 0 });
  };
  return (
    <div className="table-frame">
      {fresh > 0 && (
        <button type="button" className="fresh-pill" onClick={reveal}>
          {plural(fresh, "new task")}
        </button>
      )}
      <div
        ref={scroller}
        className="table task-table"
        role="grid"
        aria-label="Tasks"
        aria-multiselectable
        aria-rowcount={more ? -1 : rows.length + 1}
        aria-busy={view.status === "loading"}
        // Scrollable areas must be reachable by keyboard.
        tabIndex={0}
        onPointerEnter={() => setPointed(true)}
        onPointerLeave={() => setPointed(false)}
        onScroll={(event: UIEvent<HTMLDivElement>) => setScrolled(event.currentTarget.scrollTop > ROW / 2)}
      >
        <div role="row" aria-rowindex={1} className="row row-head task-row">
          <span role="columnheader" className="cell-check">
            <Checkbox
              size="xs"
              data-testid="select-loaded"
              aria-label="Select all rows"
              checked={rows.length > 0 && chosen === rows.length}
              indeterminate={chosen > 0 && chosen < rows.length}
              onChange={onChooseLoaded}
            />
          </span>
          {COLUMNS.map((name, index) => (
            <span key={name} role="columnheader" className={`cell-${CLASSES[index]}`}>
              {name}
            </span>
          ))}
        </div>
        {view.status === "loading" && rows.length === 0 && <Skeleton />}
        <div role="rowgroup" className="rows" style={{ height: virtual.getTotalSize() }}>
          {visible.map(({ index, start, key }) => {
            const row = rows[index];
            return (
              row && (
                <TaskRow
                  key={key}
                  id={row.id}
                  index={index}
                  leaving={row.leaving}
                  current={index === current}
                  top={start}
                  chosen={isChosen(choice, row.id)}
                  onChoose={onChoose}
                />
              )
            );
          })}
        </div>
        {more && <div className="table-more">{view.loadingMore ? "Loading older tasks…" : ""}</div>}
      </div>
    </div>
  );
};

/** The list's own shape while it is empty: nothing jumps when the rows come. */
const Skeleton = () => (
  <div className="skeleton" aria-hidden="true">
    {["a", "b", "c", "d", "e", "f"].map((key) => (
      <div key={key} className="skeleton-row" />
    ))}
  </div>
);
