/** Plain text tables that fit a terminal. */

export interface Column<T> {
  readonly title: string;
  readonly text: (row: T) => string;
  /** May be cut when the line would be too long. */
  readonly gives?: boolean;
  readonly right?: boolean;
  /** Colours a cell that has its width already. */
  readonly paint?: (cell: string, row: T) => string;
}

const GAP = "  ";
const NARROWEST = 8;

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

/** Takes what is too much from the widest of the columns that give. */
const fit = (natural: readonly number[], gives: readonly boolean[], width: number): readonly number[] => {
  const widths = [...natural];
  const widest = (): number =>
    widths.reduce(
      (best, size, index) => (gives[index] && size > NARROWEST && size > (widths[best] ?? 0) ? index : best),
      -1,
    );
  for (let at = widest(); total(widths) > width && at >= 0; at = widest()) widths[at] = (widths[at] ?? 0) - 1;
  return widths;
};

/** A line of titles and one for each row; without rows only the titles. `width` in characters, Infinity for no limit. */
export const table = <T>(columns: readonly Column<T>[], rows: readonly T[], width: number): string[] => {
  const cells = rows.map((row) => columns.map(({ text }) => oneLine(text(row))));
  const natural = columns.map(({ title }, at) =>
    cells.reduce((most, line) => Math.max(most, lengthOf(line[at] ?? "")), lengthOf(title)),
  );
  const widths = fit(
    natural,
    columns.map(({ gives }) => gives === true),
    width,
  );
  const draw = (texts: readonly string[], row: T | null): string =>
    columns
      .map(({ right, paint }, at) => {
        const size = widths[at] ?? 0;
        const text = cut(texts[at] ?? "", size);
        const space = " ".repeat(size - lengthOf(text));
        const shown = row !== null && paint ? paint(text, row) : text;
        return right ? space + shown : shown + space;
      })
      .join(GAP)
      .trimEnd();
  return [
    draw(
      columns.map(({ title }) => title),
      null,
    ),
    ...rows.map((row, at) => draw(cells[at] ?? [], row)),
  ];
};
