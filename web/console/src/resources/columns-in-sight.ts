import type { Column } from "./resource.ts";

/** Below this width, px, a row has two lines. */
export const TWO_LINES = 560;

/** The columns there is room for at this width, px. */
export const columnsInSight = <Row>(
  columns: readonly Column<Row>[],
  width: number,
): readonly Column<Row>[] =>
  width < TWO_LINES
    ? columns.filter(({ place }) => place !== undefined)
    : columns.filter(({ from = 0 }) => from <= width);
