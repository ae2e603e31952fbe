import type { LogRow } from "#schema/api.ts";

/** What the page keeps; more would only make the tab heavy. The whole log stays on the server. */
const LINE_LIMIT = 50_000;

export interface LogLine {
  /** Unique and rising within the buffer. */
  readonly key: number;
  readonly kind: "line" | "attempt" | "dropped";
  readonly attempt: number;
  readonly stream: LogRow["stream"];
  readonly at: string;
  readonly text: string;
}

/** What a terminal would show of a line that was overwritten with carriage returns. */
const overwritten = (text: string): string => {
  const line = text.endsWith("\r") ? text.slice(0, -1) : text;
  return line.slice(line.lastIndexOf("\r") + 1);
};

/** Chunks of output made into lines: chunks may come twice, late, and end in the middle of a line. */
export class LogBuffer {
  /** Telemetry sequence of the newest chunk. */
  last = 0;
  lines: LogLine[] = [];
  /** Lines let go because there were too many. */
  forgotten = 0;
  private chunks: LogRow[] = [];
  private readonly seen = new Set<number>();
  private nextKey = 0;
  private attempt = 0;
  /** The unfinished last line of each stream: its place in `lines` and its raw text. */
  private readonly open = new Map<LogRow["stream"], { index: number; raw: string }>();

  add(rows: readonly LogRow[]): boolean {
    const fresh = rows.filter(({ seq }) => !this.seen.has(seq));
    if (fresh.length === 0) return false;
    fresh.sort((a, b) => a.seq - b.seq);
    for (const { seq } of fresh) this.seen.add(seq);
    const late = (fresh[0]?.seq ?? 0) < this.last;
    this.chunks.push(...fresh);
    this.last = Math.max(this.last, fresh.at(-1)?.seq ?? 0);
    if (late) this.rebuild();
    else for (const chunk of fresh) this.write(chunk);
    this.trim();
    return true;
  }

  /** A chunk came late: everything is written anew, in order. */
  private rebuild(): void {
    this.chunks.sort((a, b) => a.seq - b.seq);
    this.lines = [];
    this.open.clear();
    this.attempt = 0;
    for (const chunk of this.chunks) this.write(chunk);
  }

  private write(chunk: LogRow): void {
    if (chunk.attempt !== this.attempt) {
      this.attempt = chunk.attempt;
      this.open.clear();
      this.push(chunk, "attempt", `Attempt ${chunk.attempt}`);
    }
    if (chunk.dropped > 0) {
      this.open.clear();
      this.push(chunk, "dropped", `${chunk.dropped} bytes of output were left out here`);
    }
    const parts = chunk.text.split("\n");
    const rest = parts.pop() ?? "";
    for (const part of parts) {
      this.extend(chunk, part);
      this.open.delete(chunk.stream);
    }
    if (rest !== "") this.extend(chunk, rest);
  }

  private extend(chunk: LogRow, text: string): void {
    const begun = this.open.get(chunk.stream);
    const raw = (begun?.raw ?? "") + text;
    const before = begun && this.lines[begun.index];
    if (begun && before) this.lines[begun.index] = { ...before, text: overwritten(raw) };
    else this.push(chunk, "line", overwritten(raw));
    this.open.set(chunk.stream, { index: begun?.index ?? this.lines.length - 1, raw });
  }

  private push({ attempt, stream, at }: LogRow, kind: LogLine["kind"], text: string): void {
    this.lines.push({ key: this.nextKey, kind, attempt, stream, at, text });
    this.nextKey += 1;
  }

  private trim(): void {
    // Some slack, so that not every line moves the whole array.
    if (this.lines.length <= LINE_LIMIT * 1.1) return;
    const cut = this.lines.length - LINE_LIMIT;
    this.lines = this.lines.slice(cut);
    this.forgotten += cut;
    this.chunks = this.chunks.slice(-LINE_LIMIT);
    for (const [stream, begun] of this.open) this.open.set(stream, { ...begun, index: begun.index - cut });
  }
}
