import { CloseButton, TextInput } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState } from "react";
import type { ItemRow } from "#schema/api.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import type { Glyph, Hue } from "../show/state-look.ts";
import { GlyphMark } from "../show/state-mark.tsx";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { duration, moment, number } from "../show/words.ts";
import { type Standing, STANDINGS, standingOf } from "./item-rows.ts";
import { useItems } from "./use-items.ts";

const LOOKS: Record<Standing, { hue: Hue; glyph: Glyph; words: string }> = {
  done: { hue: "green", glyph: "check", words: "Done" },
  unchanged: { hue: "slate", glyph: "check", words: "Already so" },
  skipped: { hue: "violet", glyph: "bars", words: "Left alone" },
  failed: { hue: "red", glyph: "cross", words: "Failed" },
  "not done": { hue: "grey", glyph: "circle", words: "Not done" },
};

const ROW = 34;

const ItemLine = ({ item, top }: { readonly item: ItemRow; readonly top: number }) => {
  const standing = standingOf(item.outcome);
  const { hue, glyph, words } = LOOKS[standing];
  const note = item.message ?? item.skip ?? item.note ?? "";
  return (
    <div
      role="row"
      aria-rowindex={item.index + 2}
      className="row item-row"
      data-testid={`item-row-${item.index}`}
      data-outcome={standing}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="cell" className="state" data-hue={hue}>
        <GlyphMark glyph={glyph} />
        {item.outcome === "begun" ? "Begun" : words}
      </span>
      <span role="cell" className="item-name" title={item.id}>
        {item.name}
      </span>
      <span role="cell" className="item-note" title={note}>
        {item.code !== null && <code>{item.code}</code>} {note}
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

interface ChipsProps {
  readonly rows: readonly ItemRow[];
  readonly chosen: Standing | null;
  readonly onChoose: (standing: Standing | null) => void;
}

const Chips = ({ rows, chosen, onChoose }: ChipsProps) => {
  const counts = new Map<Standing, number>();
  for (const { outcome } of rows) counts.set(standingOf(outcome), (counts.get(standingOf(outcome)) ?? 0) + 1);
  return (
    <div className="chips" role="group" aria-label="Filter by outcome">
      <button type="button" className="chip" aria-pressed={chosen === null} onClick={() => onChoose(null)}>
        All <b>{number(rows.length)}</b>
      </button>
      {STANDINGS.filter((each) => counts.has(each) || each === chosen).map((each) => (
        <button
          key={each}
          type="button"
          className="chip"
          data-hue={LOOKS[each].hue}
          data-testid={`outcome-${each.replace(" ", "-")}`}
          aria-pressed={chosen === each}
          onClick={() => onChoose(chosen === each ? null : each)}
        >
          {LOOKS[each].words} <b>{number(counts.get(each) ?? 0)}</b>
        </button>
      ))}
    </div>
  );
};

const ItemTable = ({ rows }: { readonly rows: readonly ItemRow[] }) => {
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
        {["Outcome", "Name", "Reason", "Took", "Attempt"].map((name) => (
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
      </div>
      <div role="rowgroup" className="rows" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const item = rows[index];
          return item && <ItemLine key={item.index} item={item} top={start} />;
        })}
      </div>
    </div>
  );
};

/** What became of each planned thing. */
export const ItemsPanel = ({ task }: { readonly task: FoldedTask }) => {
  const items = useItems(task.id, task.context.plan);
  const [chosen, setChosen] = useState<Standing | null>(null);
  const [text, setText] = useState("");
  const rows = items.data;
  const filtered = useMemo(() => {
    const wanted = text.toLowerCase();
    return (rows ?? []).filter(
      ({ name, id, outcome }) =>
        (chosen === null || standingOf(outcome) === chosen) &&
        (wanted === "" || name.toLowerCase().includes(wanted) || id.startsWith(wanted)),
    );
  }, [rows, chosen, text]);
  if (task.context.plan === null) {
    return (
      <Notice title="No items">
        This task has no plan (yet): it is one piece of work, or has not planned so far.
      </Notice>
    );
  }
  if (items.isError) {
    return (
      <FailureNotice
        title="The items could not be loaded"
        error={items.error}
        onRetry={() => void items.refetch()}
      />
    );
  }
  if (rows === undefined) return <div className="panel-wait">Loading the items…</div>;
  return (
    <div className="items-panel">
      <div className="panel-bar">
        <Chips rows={rows} chosen={chosen} onChoose={setChosen} />
        <span className="spring" />
        <TextInput
          size="xs"
          placeholder="Name or id"
          aria-label="Filter items by name or id"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          rightSection={
            text !== "" && <CloseButton size="xs" aria-label="Clear" onClick={() => setText("")} />
          }
        />
      </div>
      {filtered.length === 0 ? (
        <p className="panel-wait">No item fits this filter.</p>
      ) : (
        <ItemTable rows={filtered} />
      )}
    </div>
  );
};
