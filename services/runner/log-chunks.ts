import type { LogPiece } from "./slot-protocol.ts";

const CHUNK_BYTES = 32 * 1024;
const LINGER_MS = 100;
/** A UTF-16 unit is at most three bytes of UTF-8, so a piece of this length always fits a chunk. */
const PIECE_UNITS = Math.floor(CHUNK_BYTES / 3);

/** Gathers output into chunks of at most 32 KiB or 100 ms, each stream for itself. */
export interface LogChunks {
  write(piece: LogPiece): void;
  flush(): void;
}

const splitsPair = (text: string, end: number): boolean =>
  end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;

/** Text in pieces of at most 32 KiB of UTF-8, no character cut in two. */
export const cutText = (text: string): string[] => {
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    let end = Math.min(text.length, start + PIECE_UNITS);
    if (splitsPair(text, end)) end -= 1;
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
};

export const createLogChunks = (send: (piece: LogPiece) => void, lingerMs = LINGER_MS): LogChunks => {
  const held = new Map<LogPiece["stream"], string>();
  let timer: NodeJS.Timeout | undefined;

  const sendStream = (stream: LogPiece["stream"]): void => {
    for (const text of cutText(held.get(stream) ?? "")) send({ stream, text });
    held.delete(stream);
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const stream of held.keys()) sendStream(stream);
  };
  return {
    flush,
    write: (piece) => {
      if (piece.dropped !== undefined) {
        flush();
        send(piece);
        return;
      }
      const text = (held.get(piece.stream) ?? "") + piece.text;
      held.set(piece.stream, text);
      if (Buffer.byteLength(text) >= CHUNK_BYTES) sendStream(piece.stream);
      else timer ??= setTimeout(flush, lingerMs);
    },
  };
};
