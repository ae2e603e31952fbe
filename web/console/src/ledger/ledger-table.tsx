import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { LedgerRow } from "#schema/ledger-api.ts";
import { kindWords } from "../plan/plan-words.ts";
import { GlyphMark } from "../show/state-mark.tsx";
import { bytes, moment } from "../show/words.ts";
import { ITEM_LOOKS } from "../task/item-look.ts";
import { deedWords } from "./deed-words.ts";

const ROW = 50;
/** How near to the end the next page is asked for, rows. */
const AHEAD = 20;
const COLUMNS = ["When", "What", "To what", "Detail", "Freed", "Host", "Run"];

const LedgerLine = ({
  row,
  at,
  top,
}: {
  readonly row: LedgerRow;
  readonly at: number;
  readonly top: number;
}) => {
  const { hue, glyph } = ITEM_LOOKS[row.outcome];
  const why = row.message ?? "";
  return (
    <div
      role="row"
      aria-rowindex={at + 2}
      className="row ledger-row"
      data-testid={`deed-${row.name}`}
      data-outcome={row.outcome}
      style={{ transform: `translateY(${top}px)` }}
    >
      <time role="cell" className="ledger-when" dateTime={row.at}>
        {moment(row.at)}
      </time>
      <span role="cell" className="plan-what">
        <span className="state" data-hue={hue}>
          <GlyphMark glyph={glyph} /> {deedWords(row)}
        </span>
        <time className="ledger-small-when" dateTime={row.at}>
          {moment(row.at)}
        </time>
      </span>
      <span role="cell" className="plan-what">
        <Link
          to="/ledger"
          search={{ id: row.id }}
          className="plan-name plain-link"
          title={`Everything that was ever done to ${row.id}`}
        >
          {row.name}
        </Link>
        <span className="plan-why">
          {row.kind === null ? "" : kindWords(row.kind)}{" "}
          <code>{row.id.replace(/^sha256:/, "").slice(0, 12)}</code>
        </span>
      </span>
      <span role="cell" className="plan-what" title={[why, row.answer ?? ""].filter(Boolean).join(" · ")}>
        <span>
          {row.code !== null && <code>{row.code}</code>} {why}
        </span>
        <span className="plan-why">{row.answer}</span>
      </span>
      <span role="cell" className="plan-size">
        {row.freed === null || row.freed === 0 ? "" : bytes(row.freed)}
      </span>
      <span role="cell" className="ledger-host" title={row.engine ?? ""}>
        {row.host ?? "–"}
      </span>
      <span role="cell" className="plan-what">
        <Link
          to="/tasks/$id"
          params={{ id: row.task.id }}
          search={{ tab: "items" }}
          className="plan-name"
          data-testid="deed-run"
        >
          {row.task.name}
        </Link>
        <span className="plan-why">by {row.task.submittedBy.id}</span>
      </span>
    </div>
  );
};

interface LedgerTableProps {
  readonly rows: readonly LedgerRow[];
  readonly onEnd: () => void;
}

/** Deeds, newest first; more come as one reads on. */
export const LedgerTable = ({ rows, onEnd }: LedgerTableProps) => {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 15,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? -1;
  const near = last >= rows.length - AHEAD;
  useEffect(() => {
    if (near) onEnd();
  }, [near, onEnd]);
  return (
    <div
      ref={scroller}
      className="table ledger-table"
      role="table"
      aria-label="Ledger"
      aria-rowcount={-1}
      tabIndex={0}
    >
      <div role="row" aria-rowindex={1} className="row row-head ledger-row">
        {COLUMNS.map((name) => (
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
      </div>
      <div role="rowgroup" className="rows" style={{ height: virtual.getTotalSize() }}>
        {shown.map(({ index, start }) => {
          const row = rows[index];
          return (
            row && <LedgerLine key={`${row.seq}.${row.task.id}.${row.id}`} row={row} at={index} top={start} />
          );
        })}
      </div>
    </div>
  );
};
