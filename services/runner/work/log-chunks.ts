import type { LogPiece } from "../slots/slot-protocol.ts";

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

interface Held {
  readonly parts: string[];
  bytes: number;
}

export const createLogChunks = (send: (piece: LogPiece) => void, lingerMs = LINGER_MS): LogChunks => {
  const held = new Map<LogPiece["stream"], Held>();
  let timer: NodeJS.Timeout | undefined;

  const sendStream = (stream: LogPiece["stream"]): void => {
    for (const text of cutText((held.get(stream)?.parts ?? []).join(""))) send({ stream, text });
    held.delete(stream);
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    for (const stream of held.keys()) sendStream(stream);
  };
  const hold = ({ stream, text }: LogPiece): number => {
    const mine = held.get(stream) ?? { parts: [], bytes: 0 };
    held.set(stream, mine);
    mine.parts.push(text);
    mine.bytes += Buffer.byteLength(text);
    return mine.bytes;
  };
  return {
    flush,
    write: (piece) => {
      if (piece.dropped !== undefined) {
        flush();
        send(piece);
        return;
      }
      if (hold(piece) >= CHUNK_BYTES) sendStream(piece.stream);
      else timer ??= setTimeout(flush, lingerMs);
    },
  };
};
