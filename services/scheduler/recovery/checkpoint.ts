import { createHash } from "node:crypto";
import { createGunzip, createGzip } from "node:zlib";
import type { Blobs, BlobHead } from "#infra/nats/blobs.ts";
import type { Position } from "../journal/journal.ts";
import { nothingRecovered, type Recovered } from "./recovered.ts";

/** To be raised whenever what is remembered of a task, runner or record changes: older checkpoints are then left alone. */
const FORMAT = 1;

/** Written in turn: the oldest gives way, so that two whole ones stand while the third is written. */
const PLACES = ["first", "second", "third"] as const;

/** A checkpoint that has not been read yet: what the journal folds to at this position. */
export interface KeptCheckpoint extends Position {
  readonly head: BlobHead;
}

/** The end and the reign, then each entry of each map, whichever there are. */
type Line =
  readonly ["start", Pick<Recovered, "tail" | "epoch">] | readonly [part: string, value: unknown, id: string];

const sha256 = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex");

/** Over all that is believed before the content is read. */
const sealOf = (notes: Readonly<Record<string, string>>): string =>
  sha256([notes["format"], notes["seq"], notes["hash"], notes["sha256"]].join("|"));

const linesOf = function* (recovered: Recovered): Generator<string> {
  const { tail, epoch } = recovered;
  const line = (value: Line): string => `${JSON.stringify(value)}\n`;
  yield line(["start", { tail, epoch }]);
  for (const [part, entries] of Object.entries(recovered))
    if (entries instanceof Map) for (const [id, value] of entries) yield line([part, value, String(id)]);
};

const compress = async (recovered: Recovered): Promise<Uint8Array> => {
  const zip = createGzip({ level: 1 });
  const parts: Buffer[] = [];
  const done = (async () => {
    for await (const part of zip) parts.push(part as Buffer);
  })();
  for (const line of linesOf(recovered))
    if (!zip.write(line)) await new Promise<void>((resolve) => zip.once("drain", resolve));
  zip.end();
  await done;
  return Buffer.concat(parts);
};

const NEWLINE = 10;
const PIECE_BYTES = 256 * 1024;

const parseLine = (recovered: Recovered, text: string): void => {
  const line = JSON.parse(text) as Line;
  if (line.length === 2) Object.assign(recovered, line[1]);
  else (recovered[line[0] as keyof Recovered] as Map<string, unknown>).set(line[2], line[1]);
};

/** Piece by piece: unpacked it is some twenty times as large, and whoever reads it has more to do. */
const parse = async (bytes: Uint8Array): Promise<Recovered> => {
  const recovered = nothingRecovered();
  const unzip = createGunzip({ chunkSize: PIECE_BYTES });
  unzip.end(bytes);
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of unzip) {
    const held = rest.length === 0 ? (piece as Buffer) : Buffer.concat([rest, piece as Buffer]);
    let from = 0;
    for (let to = held.indexOf(NEWLINE); to !== -1; to = held.indexOf(NEWLINE, from)) {
      parseLine(recovered, held.toString("utf8", from, to));
      from = to + 1;
    }
    rest = held.subarray(from);
  }
  return recovered;
};

/** The checkpoints there are, newest first; those whose head cannot be believed or is of another format are left out. */
export const keptCheckpoints = async (blobs: Blobs): Promise<readonly KeptCheckpoint[]> => {
  const heads = await blobs.heads(PLACES);
  return heads
    .filter(({ notes }) => notes["format"] === String(FORMAT) && notes["seal"] === sealOf(notes))
    .map((head) => ({ head, seq: Number(head.notes["seq"]), hash: head.notes["hash"] ?? "" }))
    .sort((a, b) => b.seq - a.seq);
};

/** Throws when it is not whole or not what was written. */
export const loadCheckpoint = async (
  blobs: Blobs,
  { head, seq, hash }: KeptCheckpoint,
): Promise<Recovered> => {
  const bytes = await blobs.read(head);
  if (sha256(bytes) !== head.notes["sha256"]) throw new Error("its bytes are not the ones that were written");
  const recovered = await parse(bytes);
  if (recovered.tail.seq !== seq || recovered.tail.hash !== hash) throw new Error("it is of another fact");
  return recovered;
};

/** Writes what the journal folds to, in the place of the oldest checkpoint; returns its size in bytes. */
export const writeCheckpoint = async (blobs: Blobs, recovered: Recovered): Promise<number> => {
  const kept = await keptCheckpoints(blobs);
  const free = PLACES.find((place) => !kept.some(({ head }) => head.name === place));
  const bytes = await compress(recovered);
  const { seq, hash } = recovered.tail;
  const notes = { format: String(FORMAT), seq: String(seq), hash, sha256: sha256(bytes) };
  await blobs.write(free ?? kept.at(-1)?.head.name ?? PLACES[0], bytes, { ...notes, seal: sealOf(notes) });
  return bytes.length;
};
