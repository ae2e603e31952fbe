import type { ItemRow } from "#schema/api.ts";
import { number } from "../show/words.ts";
import { ITEM_LOOKS } from "./item-look.ts";
import { type Standing, STANDINGS, standingOf } from "./item-rows.ts";

interface ItemChipsProps {
  readonly rows: readonly ItemRow[];
  readonly chosen: Standing | null;
  readonly onChoose: (standing: Standing | null) => void;
}

/** How many items stand how; one press shows only those. */
export const ItemChips = ({ rows, chosen, onChoose }: ItemChipsProps) => {
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
          data-hue={ITEM_LOOKS[each].hue}
          data-testid={`outcome-${each.replace(" ", "-")}`}
          aria-pressed={chosen === each}
          onClick={() => onChoose(chosen === each ? null : each)}
        >
          {ITEM_LOOKS[each].words} <b>{number(counts.get(each) ?? 0)}</b>
        </button>
      ))}
    </div>
  );
};
