import { appendFile, mkdir, readdir, readFile, rm, stat, truncate } from "node:fs/promises";
import { dirname, extname, join, relative } from "node:path";
import { defineExecutor, failed, Type } from "longshore/executor";
import { type Gathered, namesIn, writeIndex } from "./code/index-file.ts";

const SOURCES = ".ts,.tsx,.js,.mjs,.cjs,.jsx,.py,.go,.rs,.java,.c,.h,.cc,.cpp,.hpp,.rb,.php,.sh,.sql".split(
  ",",
);
/** Larger files are generated ones. */
const LARGEST = 1024 * 1024;
/** A checkpoint is a fact on disk: so many small files share one. */
const FILES_PER_CHECKPOINT = 20;

const Payload = Type.Object(
  {
    folder: Type.String({ title: "Codebase", description: "Absolute.", pattern: "^/" }),
    index: Type.String({
      title: "Index file",
      description: "Absolute; replaced when the new one is whole.",
      pattern: "^/",
    }),
    endings: Type.Optional(
      Type.Array(Type.String({ pattern: "^\\." }), { title: "File name endings", minItems: 1 }),
    ),
  },
  { additionalProperties: false },
);

interface Progress {
  readonly done: string | null;
  readonly files: number;
  /** Of source, read. */
  readonly bytes: number;
  /** Size of the gathered entries then: what is behind it was never confirmed. */
  readonly size: number;
}

const NOTHING: Progress = { done: null, files: 0, bytes: 0, size: 0 };

const sourcesOf = async (folder: string, endings: readonly string[]): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && endings.includes(extname(entry.name)));
  return files
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((file) => !/(^|\/)(node_modules|\.[^/]+)\//.test(file))
    .toSorted();
};

export const executor = defineExecutor({
  type: "code.index",
  title: "Codebase index",
  description:
    "Notes in which files and lines each identifier of a codebase stands; code.search looks it up.",
  payload: Payload,
  naming: "Index {folder}",
  example: { folder: "/srv/project", index: "/srv/project.index" },
  repeatable: true,
  pause: "checkpoint",
  retry: { maxAttempts: 3, initialMs: 1_000, factor: 2, maxMs: 60_000, jitter: 0.2 },

  run: async ({ payload, checkpoint, keep, progress, metric, heartbeat, cancelled, pausing }) => {
    const { folder, index, endings = SOURCES } = payload;
    const gathered = `${index}.gathered`;
    let at: Progress = { ...NOTHING, ...(checkpoint as Partial<Progress> | null) };
    let kept = 0;

    const gather = async (file: string): Promise<void> => {
      const path = join(folder, file);
      const source = (await stat(path)).size > LARGEST ? "" : await readFile(path, "utf8");
      const names = namesIn(source);
      const line = `${JSON.stringify({ file, names } satisfies Gathered)}\n`;
      await appendFile(gathered, line);
      at = {
        done: file,
        files: at.files + 1,
        bytes: at.bytes + Buffer.byteLength(source),
        size: at.size + Buffer.byteLength(line),
      };
    };

    try {
      const files = await sourcesOf(folder, endings);
      await mkdir(dirname(index), { recursive: true });
      await appendFile(gathered, "");
      // Gone when an earlier attempt had written the index and could not say so any more.
      if ((await stat(gathered)).size < at.size) at = NOTHING;
      kept = at.files;
      await truncate(gathered, at.size);
      const { done } = at;
      for (const file of files.filter((one) => done === null || one > done)) {
        if (cancelled.aborted) return { type: "cancelled" };
        if (pausing.aborted || at.files - kept >= FILES_PER_CHECKPOINT) {
          await keep(at);
          kept = at.files;
        }
        if (pausing.aborted) return { type: "paused" };
        await gather(file);
        progress({
          percent: (at.files / files.length) * 99,
          message: file,
          done: at.files,
          total: files.length,
        });
        metric("files", at.files);
        metric("bytes", at.bytes);
      }
      const identifiers = await writeIndex(gathered, index, heartbeat);
      await rm(gathered);
      return { type: "completed", result: { files: at.files, identifiers, index } };
    } catch (error) {
      return failed("index-failed", error instanceof Error ? error.message : String(error), true);
    }
  },
});
