/** Plain text tables that fit a terminal. */

export interface Column<T> {
  readonly title: string;
  readonly text: (row: T) => string;
  /** May be cut when the line would be too long, but to no fewer characters than this. */
  readonly least?: number;
  /** May be left out when that is not enough; the highest goes first. */
  readonly spare?: number;
  readonly right?: boolean;
  /** Colours a cell that has its width already. */
  readonly paint?: (cell: string, row: T) => string;
}

const GAP = "  ";

/**
 * One line without anything a terminal would obey, control characters and changes of direction: what a name holds was
 * typed by somebody else.
 */
export const oneLine = (text: string): string =>
  text.replaceAll(/[\s\p{Cc}\u2028-\u202E\u2066-\u2069]+/gu, " ").trim();

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Characters as people count them. */
const charactersOf = (text: string): readonly string[] =>
  Array.from(graphemes.segment(text), ({ segment }) => segment);

const lengthOf = (text: string): number =>
  /^[\x20-\x7E]*$/.test(text) ? text.length : charactersOf(text).length;

/** `text` in at most `width` characters. */
export const cut = (text: string, width: number): string =>
  lengthOf(text) <= width
    ? text
    : `${charactersOf(text)
        .slice(0, Math.max(0, width - 1))
        .join("")}…`;

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1);

interface Drawn<T> extends Column<T> {
  readonly cells: readonly string[];
  readonly natural: number;
}

const leastOf = ({ least, natural }: Pick<Drawn<never>, "least" | "natural">): number =>
  Math.min(least ?? natural, natural);

/** Leaves out what can be spared until the rest fits when cut as far as it may be. */
const keep = <T>(columns: readonly Drawn<T>[], width: number): readonly Drawn<T>[] => {
  if (total(columns.map(leastOf)) <= width) return columns;
  const most = Math.max(...columns.map(({ spare = 0 }) => spare));
  return most === 0
    ? columns
    : keep(
        columns.filter(({ spare = 0 }) => spare !== most),
        width,
      );
};

/** Takes what is too much from the widest of the columns that give. */
const fit = <T>(columns: readonly Drawn<T>[], width: number): readonly number[] => {
  const widths = columns.map(({ natural }) => natural);
  for (let much = total(widths) - width; much > 0; much -= 1) {
    const giving = columns.map((column, at) => {
      const size = widths[at] ?? 0;
      return size > leastOf(column) ? size : 0;
    });
    const most = Math.max(...giving);
    if (most === 0) break;
    widths[giving.indexOf(most)] = most - 1;
  }
  return widths;
};

/** A line of titles and one for each row; without rows only the titles. `width` in characters, Infinity for no limit. */
export const table = <T>(columns: readonly Column<T>[], rows: readonly T[], width: number): string[] => {
  const drawn = columns.map((column) => {
    const cells = rows.map((row) => oneLine(column.text(row)));
    const natural = cells.reduce((most, cell) => Math.max(most, lengthOf(cell)), lengthOf(column.title));
    return { ...column, cells, natural };
  });
  const kept = keep(drawn, width);
  const widths = fit(kept, width);
  const draw = (textOf: (column: Drawn<T>) => string, row: T | null): string =>
    kept
      .map((column, at) => {
        const size = widths[at] ?? 0;
        const text = cut(textOf(column), size);
        const space = " ".repeat(size - lengthOf(text));
        const shown = row !== null && column.paint ? column.paint(text, row) : text;
        return column.right ? space + shown : shown + space;
      })
      .join(GAP)
      .trimEnd();
  return [
    draw(({ title }) => title, null),
    ...rows.map((row, at) => draw(({ cells }) => cells[at] ?? "", row)),
  ];
};
