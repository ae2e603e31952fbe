import { open, readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { defineExecutor, failed, Type } from "longshore/executor";

/** Read at once; between two such pieces it can be paused. */
const PIECE = 1024 * 1024;
/** Beyond this many different words the rarest are forgotten, so that memory and checkpoint stay small. */
const MOST_WORDS = 50_000;
/** Text between two checkpoints: each is a fact on disk, and one per small file would be most of the work. */
const CHECKPOINT_EVERY = 4 * PIECE;

const Payload = Type.Object(
  {
    path: Type.String({ title: "File or folder", description: "Absolute.", pattern: "^/" }),
    top: Type.Optional(Type.Integer({ title: "Most common words", minimum: 1, maximum: 1_000, default: 20 })),
  },
  { additionalProperties: false },
);

interface Progress {
  /** The last file that is done, and how far the next one is. */
  readonly done: string | null;
  readonly offset: number;
  readonly files: number;
  readonly binary: number;
  readonly bytes: number;
  readonly lines: number;
  readonly words: number;
  /** False when rare words had to be forgotten. */
  readonly exact: boolean;
  readonly counts: readonly (readonly [word: string, count: number])[];
}

const NOTHING: Progress = {
  done: null,
  offset: 0,
  files: 0,
  binary: 0,
  bytes: 0,
  lines: 0,
  words: 0,
  exact: true,
  counts: [],
};

const byCount = (a: readonly [string, number], b: readonly [string, number]): number =>
  b[1] - a[1] || (a[0] < b[0] ? -1 : 1);

/** Null when there is nothing of that name. */
const filesOf = async (path: string): Promise<string[] | null> => {
  const there = await stat(path).catch(() => null);
  if (!there) return null;
  if (there.isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
};

/** A piece of a file that ends where a line ends, so that no word is cut in two. */
const readPiece = async (file: string, offset: number): Promise<Buffer> => {
  const handle = await open(file);
  try {
    const buffer = Buffer.alloc(PIECE);
    const { bytesRead } = await handle.read(buffer, 0, PIECE, offset);
    const piece = buffer.subarray(0, bytesRead);
    const line = bytesRead === PIECE ? Math.max(piece.lastIndexOf(10), piece.lastIndexOf(32)) + 1 : 0;
    return line > 0 ? piece.subarray(0, line) : piece;
  } finally {
    await handle.close();
  }
};

/** Adds a piece of text to the counts. */
const count = (before: Progress, piece: Buffer, counts: Map<string, number>): Progress => {
  const text = piece.toString("utf8");
  let words = 0;
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{N}][\p{L}\p{N}'’]*/gu)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
    words += 1;
  }
  let lines = 0;
  for (const byte of piece) if (byte === 10) lines += 1;
  return {
    ...before,
    bytes: before.bytes + piece.length,
    lines: before.lines + lines,
    words: before.words + words,
    offset: before.offset + piece.length,
  };
};

/** True when something was forgotten. */
const forgetRare = (counts: Map<string, number>): boolean => {
  if (counts.size <= MOST_WORDS) return false;
  const rare = [...counts].toSorted(byCount).slice(MOST_WORDS / 2);
  for (const [word] of rare) counts.delete(word);
  return true;
};

export const executor = defineExecutor({
  type: "content.analysis",
  title: "Content analysis",
  description:
    "Counts lines, words and bytes of a text file or a folder of them, and finds the most common words.",
  payload: Payload,
  naming: "Analyse {path}",
  example: { path: "/usr/share/doc", top: 20 },
  repeatable: true,
  pause: "checkpoint",
  retry: { maxAttempts: 3, initialMs: 1_000, factor: 2, maxMs: 60_000, jitter: 0.2 },

  run: async ({ payload, checkpoint, keep, progress, log, cancelled, pausing }) => {
    let at = (checkpoint as Progress | null) ?? NOTHING;
    const counts = new Map(at.counts);
    let kept = at.bytes;
    const save = async (): Promise<void> => {
      kept = at.bytes;
      await keep({ ...at, counts: [...counts] } satisfies Progress);
    };
    const nameOf = (file: string): string => relative(payload.path, file) || file;

    /** Reads on by one piece. False when the file is done. */
    const readOn = async (file: string): Promise<boolean> => {
      const piece = await readPiece(file, at.offset);
      if (piece.includes(0)) {
        log(`${nameOf(file)} is no text and is left out from here on.`);
        at = { ...at, done: file, offset: 0, binary: at.binary + 1 };
        return false;
      }
      if (piece.length === 0) {
        at = { ...at, done: file, offset: 0, files: at.files + 1 };
        return false;
      }
      at = count(at, piece, counts);
      if (forgetRare(counts)) at = { ...at, exact: false };
      return true;
    };

    /** Undefined when the file is done. */
    const readWhole = async (file: string): Promise<"cancelled" | "paused" | undefined> => {
      for (let more = true; more;) {
        if (cancelled.aborted) return "cancelled";
        if (pausing.aborted) {
          await save();
          return "paused";
        }
        more = await readOn(file);
        if (at.bytes - kept >= CHECKPOINT_EVERY) await save();
      }
      return undefined;
    };

    try {
      const files = await filesOf(payload.path);
      if (!files) return failed("nothing-there", `There is no ${payload.path}.`, false);
      const { done } = at;
      for (const file of files.filter((one) => done === null || one > done)) {
        const instead = await readWhole(file);
        if (instead) return { type: instead };
        const seen = at.files + at.binary;
        const percent = (seen / files.length) * 100;
        progress({ percent, message: `Read ${nameOf(file)}`, done: seen, total: files.length });
      }
    } catch (error) {
      return failed("unreadable", error instanceof Error ? error.message : String(error), true);
    }
    const { files, binary, bytes, lines, words, exact } = at;
    const top = [...counts].toSorted(byCount).slice(0, payload.top ?? 20);
    return { type: "completed", result: { files, binary, bytes, lines, words, exact, top } };
  },
});
