import { styleText } from "node:util";

type Paint = "red" | "green" | "cyan" | "yellow" | "dim";

/** Where the program writes: results to standard output, everything said beside them to standard error. */
export interface Screen {
  /** Characters of a line; Infinity where nobody watches. */
  readonly width: number;
  readonly json: boolean;
  line(text: string): void;
  /** A value as one line of JSON. */
  value(value: unknown): void;
  raw(stream: "stdout" | "stderr", text: string): void;
  note(sentence: string): void;
  /** Makes room for a new picture where there is a terminal. */
  clear(): void;
  paint(colour: Paint, text: string): string;
}

/** A reader that has seen enough, as `head` has, is no error: there is only nobody left to write for. */
const endWithReader = (error: NodeJS.ErrnoException): void => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
};

export const openScreen = ({ colours, json }: { colours: boolean; json: boolean }): Screen => {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on("error", endWithReader);
  const line = (text: string): void => void stdout.write(`${text}\n`);
  return {
    get width() {
      return stdout.isTTY ? stdout.columns : Number.POSITIVE_INFINITY;
    },
    json,
    line,
    value: (value) => line(JSON.stringify(value)),
    raw: (stream, text) => void (stream === "stdout" ? stdout : stderr).write(text),
    note: (sentence) => void stderr.write(`${sentence}\n`),
    clear: () => void (stdout.isTTY && stdout.write("\u001B[2J\u001B[H")),
    paint: (colour, text) => (colours ? styleText(colour, text) : text),
  };
};
