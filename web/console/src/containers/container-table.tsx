import { Checkbox } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Lock } from "lucide-react";
import { memo, useCallback, useRef } from "react";
import type { ContainerRow } from "#schema/api.ts";
import type { Glyph, Hue } from "../show/state-look.ts";
import { GlyphMark } from "../show/state-mark.tsx";
import { useRowKeys } from "../show/use-row-keys.ts";
import { sentence } from "../show/words.ts";
import type { Selection } from "../show/selection.ts";

const ROW = 40;

interface ContainerLook {
  readonly hue: Hue;
  readonly glyph: Glyph;
}

/** States as the engine names them. */
const LOOKS: Readonly<Record<string, ContainerLook>> = {
  running: { hue: "green", glyph: "half" },
  paused: { hue: "violet", glyph: "bars" },
  restarting: { hue: "amber", glyph: "loop" },
  removing: { hue: "orange", glyph: "slashed" },
  dead: { hue: "red", glyph: "cross" },
};

const lookOf = (state: string): ContainerLook => LOOKS[state] ?? { hue: "slate", glyph: "circle" };

interface ContainerLineProps {
  readonly row: ContainerRow;
  readonly index: number;
  readonly top: number;
  readonly chosen: boolean;
  readonly current: boolean;
  readonly onChoose: (id: string, range: boolean) => void;
}

const ContainerLine = memo(({ row, index, top, chosen, current, onChoose }: ContainerLineProps) => {
  const { hue, glyph } = lookOf(row.state);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen}
      className="row container-row"
      data-testid={`container-row-${row.name}`}
      data-state={row.state}
      data-chosen={chosen || undefined}
      data-current={current || undefined}
      style={{ transform: `translateY(${top}px)` }}
      onClick={(event) => onChoose(row.id, event.shiftKey)}
    >
      <span role="gridcell" className="cell-check">
        <input
          type="checkbox"
          checked={chosen}
          aria-label={`Select ${row.name}`}
          // The row's click does it, so that a click anywhere in the row and Shift work alike.
          readOnly
        />
      </span>
      <span role="gridcell" className="state" data-hue={hue}>
        <GlyphMark glyph={glyph} />
        {sentence(row.state)}
      </span>
      <span role="gridcell" className="cell-name" title={row.id}>
        <span className="container-name">{row.name}</span>
        {row.protected !== null && (
          <span className="guarded" title={row.protected}>
            <Lock size={12} aria-hidden="true" /> protected
          </span>
        )}
        {row.autoRemove && (
          <span className="guarded" title="Started with --rm: its engine deletes it when it ends">
            --rm
          </span>
        )}
      </span>
      <span role="gridcell" className="cell-image" title={row.image}>
        {row.image}
      </span>
      <span role="gridcell" className="cell-status">
        {row.status}
      </span>
      <span role="gridcell" className="cell-id">
        <code>{row.id.slice(0, 12)}</code>
      </span>
    </div>
  );
});

interface ContainerTableProps {
  readonly rows: readonly ContainerRow[];
  readonly selection: Selection;
  readonly onChoose: (id: string, range: boolean) => void;
  readonly onChooseAll: () => void;
}

export const ContainerTable = ({ rows, selection, onChoose, onChooseAll }: ContainerTableProps) => {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 15,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  const show = useCallback((index: number) => virtual.scrollToIndex(index), [virtual]);
  const pick = useCallback(
    (index: number) => rows[index] && onChoose(rows[index].id, false),
    [rows, onChoose],
  );
  const current = useRowKeys({ count: rows.length, onShow: show, onSelect: pick, onOpen: pick });
  const chosen = rows.filter(({ id }) => selection.ids.has(id)).length;
  return (
    <div
      ref={scroller}
      className="table container-table"
      role="grid"
      aria-label="Containers"
      aria-multiselectable
      aria-rowcount={rows.length + 1}
      tabIndex={0}
    >
      <div role="row" aria-rowindex={1} className="row row-head container-row">
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
        {["State", "Name", "Image", "Status", "Id"].map((name) => (
          <span key={name} role="columnheader" className={`cell-${name.toLowerCase()}`}>
            {name}
          </span>
        ))}
      </div>
      <div role="rowgroup" className="rows" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index];
          return (
            row && (
              <ContainerLine
                key={key}
                row={row}
                index={index}
                top={start}
                chosen={selection.ids.has(row.id)}
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
