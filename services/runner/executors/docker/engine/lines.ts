import { StringDecoder } from "node:string_decoder";

/** Far above what an engine says at once; a line without end must not fill the memory. */
const LONGEST = 1024 * 1024;
/** Newer engines may begin each line with it. */
const SEPARATOR = "\u001e";

/** One line of a stream of JSON: its value, or in a few words why it has none. */
export type JsonLine =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

const parsed = (line: string): JsonLine => {
  try {
    return { ok: true, value: JSON.parse(line) };
  } catch {
    return { ok: false, message: `no JSON: ${line.slice(0, 100)}` };
  }
};

/** Cuts text into lines at most `longest` characters long; of a longer one only that it was too long is told. */
const createCutter = (longest: number): { take(text: string): JsonLine[]; end(): JsonLine[] } => {
  let parts: string[] = [];
  let length = 0;

  const grow = (piece: string): void => {
    length += piece.length;
    if (length <= longest) parts.push(piece);
    else parts = [];
  };
  const close = (): JsonLine[] => {
    const tooLong = length > longest;
    const whole = parts.join("");
    const line = (whole.startsWith(SEPARATOR) ? whole.slice(1) : whole).trim();
    parts = [];
    length = 0;
    if (tooLong) return [{ ok: false, message: `a line longer than ${longest} characters` }];
    return line === "" ? [] : [parsed(line)];
  };
  return {
    take: (text) => {
      const [first = "", ...more] = text.split("\n");
      grow(first);
      return more.flatMap((piece) => {
        const line = close();
        grow(piece);
        return line;
      });
    },
    end: close,
  };
};

/** Reads a stream of JSON lines at the reader's own pace. A line that is no JSON is a value too; throws only what the stream throws. */
export const jsonLines = async function* (
  stream: AsyncIterable<unknown>,
  longest = LONGEST,
): AsyncGenerator<JsonLine> {
  const decoder = new StringDecoder("utf8");
  const cutter = createCutter(longest);
  for await (const chunk of stream)
    yield* cutter.take(typeof chunk === "string" ? chunk : decoder.write(chunk as Buffer));
  yield* cutter.take(decoder.end());
  yield* cutter.end();
};
