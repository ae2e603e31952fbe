import { Checkbox } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { type CSSProperties, useCallback, useMemo, useRef } from "react";
import type { HostRows } from "#client/hosts.ts";
import type { HostList } from "#schema/host-api.ts";
import type { Selection } from "../show/selection.ts";
import { useRowKeys } from "../show/use-row-keys.ts";
import { columnsInSight, TWO_LINES } from "./columns-in-sight.ts";
import type { Around, Column, Resource } from "./resource.ts";
import { ResourceLine } from "./resource-line.tsx";
import { nextSort, orderOf } from "./sort-rows.ts";

const ROW = 40;
const TALL_ROW = 60;

interface HeadProps<Row> {
  readonly column: Column<Row>;
  readonly columns: readonly Column<Row>[];
  readonly sort: string | undefined;
  readonly onSort: (sort: string) => void;
}

const Head = <Row,>({ column, columns, sort, onSort }: HeadProps<Row>) => {
  const { key, title, order, place } = column;
  const current = orderOf(columns, sort);
  const sorts = current?.column.key === key;
  const Arrow = current?.down === true ? ArrowDown : ArrowUp;
  return (
    <span
      role="columnheader"
      className="resource-cell"
      data-column={key}
      data-place={place}
      {...(sorts && { "aria-sort": current.down ? ("descending" as const) : ("ascending" as const) })}
    >
      {order === undefined ? (
        title
      ) : (
        <button
          type="button"
          className="sort-button"
          data-testid={`sort-${key}`}
          onClick={() => onSort(nextSort(current, column))}
        >
          {title}
          {sorts && <Arrow size={12} aria-hidden="true" />}
        </button>
      )}
    </span>
  );
};

interface ResourceTableProps<L extends HostList> {
  readonly resource: Resource<L>;
  readonly rows: readonly HostRows[L][];
  readonly around: Around;
  readonly sort: string | undefined;
  readonly onSort: (sort: string) => void;
  readonly selection: Selection;
  readonly onChoose: (id: string, range: boolean) => void;
  readonly onChooseAll: () => void;
}

/** Thousands of rows, of which only those in sight exist; as many columns as there is room for. */
export const ResourceTable = <L extends HostList>(props: ResourceTableProps<L>) => {
  const { resource, rows, around, sort, onSort, selection, onChoose, onChooseAll } = props;
  const { idOf, nameOf, one, title, columns } = resource;
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const twoLines = width > 0 && width < TWO_LINES;
  const shown = useMemo(() => columnsInSight(columns, width), [columns, width]);
  const tracks = shown.map((column) => column.width).join(" ");
  const height = twoLines ? TALL_ROW : ROW;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 15,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : idOf(row);
    },
  });
  // The measured heights of the other form would stay otherwise.
  const drawn = useRef(height);
  if (drawn.current !== height) {
    drawn.current = height;
    virtual.measure();
  }
  const show = useCallback((index: number) => virtual.scrollToIndex(index), [virtual]);
  const pick = useCallback(
    (index: number) => {
      const row = rows[index];
      if (row !== undefined) onChoose(idOf(row), false);
    },
    [rows, idOf, onChoose],
  );
  const current = useRowKeys({ count: rows.length, onShow: show, onSelect: pick, onOpen: pick });
  const chosen = rows.filter((row) => selection.ids.has(idOf(row))).length;
  return (
    <div
      ref={useMergedRef(scroller, measured)}
      className="table resource-table"
      role="grid"
      aria-label={title}
      aria-multiselectable
      aria-rowcount={rows.length + 1}
      tabIndex={0}
      data-two-lines={twoLines || undefined}
      style={{ "--tracks": tracks } as CSSProperties}
    >
      <div role="row" aria-rowindex={1} className="row row-head resource-row">
        <span role="columnheader" className="cell-check">
          <Checkbox
            size="xs"
            data-testid="select-all"
            aria-label="Select all that fit the filter"
            checked={rows.length > 0 && chosen === rows.length}
            indeterminate={chosen > 0 && chosen < rows.length}
            onChange={onChooseAll}
          />
        </span>
        {shown.map((column) => (
          <Head key={column.key} column={column} columns={columns} sort={sort} onSort={onSort} />
        ))}
      </div>
      <div role="rowgroup" className="rows" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index];
          return (
            row && (
              <ResourceLine<HostRows[L]>
                key={key}
                row={row}
                id={idOf(row)}
                name={nameOf(row)}
                kind={one.replaceAll(" ", "-")}
                columns={shown}
                around={around}
                index={index}
                top={start}
                chosen={selection.ids.has(idOf(row))}
                current={index === current}
                onChoose={onChoose}
              />
            )
          );
        })}
      </div>
    </div>
  );
};
