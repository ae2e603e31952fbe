/** Comma separated values as RFC 4180 has them, made so that a spreadsheet takes no text for a formula. */

type Cell = string | number | boolean | null | undefined;

/** What a spreadsheet calculates, or skips to find such a beginning. */
const FORMULA = /^[=+\-@\t\r\n]/;
const TO_QUOTE = /[",\r\n]/;

const cellOf = (cell: Cell): string => {
  if (cell === null || cell === undefined) return "";
  if (typeof cell !== "string") return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return TO_QUOTE.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** One line with its end. */
export const csvLine = (cells: readonly Cell[]): string => `${cells.map(cellOf).join(",")}\r\n`;

/** A table's columns: their headings, and what stands there of a row. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => Cell>>;
