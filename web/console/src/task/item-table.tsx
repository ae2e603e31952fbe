import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import type { ItemRow } from "#schema/api.ts";
import { GlyphMark } from "../show/state-mark.tsx";
import { bytes, duration, moment } from "../show/words.ts";
import { ITEM_LOOKS } from "./item-look.ts";
import { standingOf } from "./item-rows.ts";

const ROW = 34;
const COLUMNS = ["Outcome", "Name", "Reason", "The engine said", "Freed", "Took", "Attempt"];

/** What is known of why an item stands as it does. */
const reasonOf = ({ message, skip, note }: ItemRow): string => message ?? skip ?? note ?? "";

const ItemLine = ({
  item,
  at,
  top,
}: {
  readonly item: ItemRow;
  readonly at: number;
  readonly top: number;
}) => {
  const standing = standingOf(item.outcome);
  const { hue, glyph, words } = ITEM_LOOKS[standing];
  const reason = reasonOf(item);
  return (
    <div
      role="row"
      aria-rowindex={at + 2}
      className="row item-row"
      data-testid={`item-row-${item.index}`}
      data-outcome={standing}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="cell" className="state" data-hue={hue}>
        <GlyphMark glyph={glyph} />
        {item.outcome === "begun" ? "Begun" : words}
      </span>
      <span role="cell" title={item.id}>
        <span className="item-name">{item.name}</span>{" "}
        {item.kind !== undefined && <small className="muted">{item.kind}</small>}
      </span>
      <span role="cell" className="item-note" title={reason}>
        {item.code !== null && <code>{item.code}</code>} {reason}
      </span>
      <span role="cell" className="item-note" title={item.answer ?? ""}>
        {item.answer}
      </span>
      <span role="cell" className="item-freed">
        {item.freed === null ? "" : bytes(item.freed)}
      </span>
      <span role="cell" className="item-ms">
        {item.ms === null ? "" : duration(item.ms)}
      </span>
      <span role="cell" className="item-at" title={item.at === null ? "" : moment(item.at)}>
        {item.attempt === null ? "" : `#${item.attempt}`}
      </span>
    </div>
  );
};

/** The items of a task, thousands of them. */
export const ItemTable = ({ rows }: { readonly rows: readonly ItemRow[] }) => {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
  });
  return (
    <div
      ref={scroller}
      className="table item-table"
      role="table"
      aria-label="Items"
      aria-rowcount={rows.length + 1}
      tabIndex={0}
    >
      <div role="row" className="row row-head item-row" aria-rowindex={1}>
        {COLUMNS.map((name) => (
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
      </div>
      <div role="rowgroup" className="rows" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const item = rows[index];
          return item && <ItemLine key={item.index} item={item} at={index} top={start} />;
        })}
      </div>
    </div>
  );
};
