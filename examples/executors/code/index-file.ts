/** The index: one line per identifier, in order: ["name", {"file": [lines]}]. */
import { createReadStream } from "node:fs";
import { open, rename } from "node:fs/promises";
import { createInterface } from "node:readline";

/** Lines by file. */
export type Places = Readonly<Record<string, readonly number[]>>;
type Entry = readonly [name: string, places: Places];

/** What one file contributes, as it stands in the file that is still being gathered. */
export interface Gathered {
  readonly file: string;
  readonly names: Readonly<Record<string, readonly number[]>>;
}

const linesOf = (file: string): AsyncIterable<string> =>
  createInterface({ input: createReadStream(file), crlfDelay: Infinity });

const NAME = /[A-Za-z_$][A-Za-z0-9_$]{2,}/g;

/** Lines (from 1) by identifier of at least three characters. */
export const namesIn = (text: string): Gathered["names"] => {
  const names = new Map<string, number[]>();
  for (const [index, line] of text.split("\n").entries())
    for (const name of new Set(line.match(NAME))) names.set(name, [...(names.get(name) ?? []), index + 1]);
  return Object.fromEntries(names);
};

/**
 * Turns what was gathered file by file into an index, whole or not at all. Gives the number of identifiers; calls `beat`
 * for each file and each of them.
 */
export const writeIndex = async (gathered: string, index: string, beat: () => void): Promise<number> => {
  const all = new Map<string, Record<string, readonly number[]>>();
  for await (const line of linesOf(gathered)) {
    beat();
    const { file, names } = JSON.parse(line) as Gathered;
    for (const [name, lines] of Object.entries(names)) {
      const places = all.get(name) ?? {};
      places[file] = lines;
      all.set(name, places);
    }
  }
  const part = await open(`${index}.part`, "w");
  try {
    for (const name of [...all.keys()].toSorted()) {
      beat();
      await part.write(`${JSON.stringify([name, all.get(name)])}\n`);
    }
    await part.sync();
  } finally {
    await part.close();
  }
  await rename(`${index}.part`, index);
  return all.size;
};

/** Entries whose name is `query`, or begins with it. */
export async function* search(index: string, query: string, beginning: boolean): AsyncGenerator<Entry> {
  for await (const line of linesOf(index)) {
    const entry = JSON.parse(line) as Entry;
    const [name] = entry;
    if (name === query || (beginning && name.startsWith(query))) yield entry;
    else if (name > query && !name.startsWith(query)) return;
  }
}
