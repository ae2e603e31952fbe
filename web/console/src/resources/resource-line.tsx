import { memo } from "react";
import type { Around, Column } from "./resource.ts";

interface ResourceLineProps<Row> {
  readonly row: Row;
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly columns: readonly Column<Row>[];
  readonly around: Around;
  readonly index: number;
  readonly top: number;
  readonly chosen: boolean;
  readonly current: boolean;
  readonly onChoose: (id: string, range: boolean) => void;
}

const Line = <Row,>(props: ResourceLineProps<Row>) => {
  const { row, id, name, kind, columns, around, index, top, chosen, current, onChoose } = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen}
      className="row resource-row"
      data-testid={`${kind}-row-${name}`}
      data-chosen={chosen || undefined}
      data-current={current || undefined}
      style={{ transform: `translateY(${top}px)` }}
      onClick={(event) => onChoose(id, event.shiftKey)}
    >
      <span role="gridcell" className="cell-check">
        <input
          type="checkbox"
          checked={chosen}
          aria-label={`Select ${name}`}
          // The row's click does it, so that a click anywhere in the row and Shift work alike.
          readOnly
        />
      </span>
      {columns.map(({ key, place, cell }) => (
        <span key={key} role="gridcell" className="resource-cell" data-column={key} data-place={place}>
          {cell(row, around)}
        </span>
      ))}
    </div>
  );
};

/** Drawn again only when its own row, its columns or its choice change. */
export const ResourceLine = memo(Line) as typeof Line;
