/** Long lists as files, sent as they are read. */
import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { type Columns, csvLine } from "./csv.ts";

export type ExportFormat = "csv" | "json";

const CONTENT_TYPE: Readonly<Record<ExportFormat, string>> = {
  csv: "text/csv; charset=utf-8; header=present",
  json: "application/json; charset=utf-8",
};

/** Room for a readable beginning; the id behind it tells files apart. */
const MOST_OF_A_NAME = 60;

/** A file's name out of words people chose: nothing in it means anything to a shell, a header or a file system. */
export const fileName = (words: readonly string[], ending: string): string =>
  `${words
    .map((word) =>
      word
        .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
        .slice(0, MOST_OF_A_NAME)
        .replaceAll(/^[-.]+|[-.]+$/g, ""),
    )
    .filter((word) => word !== "")
    .join("-")}.${ending}`;

export const asAttachment = (reply: FastifyReply, name: string): FastifyReply =>
  reply.header("content-disposition", `attachment; filename="${name}"`);

async function* csvText<Row>(
  pages: AsyncIterable<readonly Row[]>,
  columns: Columns<Row>,
): AsyncGenerator<string> {
  const cells = Object.values(columns);
  yield csvLine(Object.keys(columns));
  for await (const page of pages) yield page.map((row) => csvLine(cells.map((cell) => cell(row)))).join("");
}

async function* jsonText(pages: AsyncIterable<readonly unknown[]>): AsyncGenerator<string> {
  let before = "[\n";
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield before + page.map((row) => JSON.stringify(row)).join(",\n");
    before = ",\n";
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}

async function* from<Row>(
  first: IteratorResult<readonly Row[]>,
  rest: AsyncIterator<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  for (let page = first; page.done !== true; page = await rest.next()) yield page.value;
}

interface Export<Row> {
  readonly format: ExportFormat;
  /** Without its ending. */
  readonly name: readonly string[];
  readonly columns: Columns<Row>;
  readonly pages: AsyncGenerator<readonly Row[]>;
}

/** Sends all pages as one file. What is wrong with the first is a problem answer; later the connection ends before the file does. */
export const sendExport = async <Row>(
  reply: FastifyReply,
  { format, name, columns, pages }: Export<Row>,
): Promise<FastifyReply> => {
  const all = from(await pages.next(), pages);
  const text = format === "csv" ? csvText(all, columns) : jsonText(all);
  return asAttachment(reply, fileName(name, format))
    .header("content-type", CONTENT_TYPE[format])
    .header("cache-control", "no-store")
    .send(Readable.from(text, { objectMode: false, highWaterMark: 64 * 1024 }));
};
