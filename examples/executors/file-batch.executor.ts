import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { appendFile, mkdir, open, readdir, rename, stat, truncate } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { defineExecutor, failed, Type } from "longshore/executor";

/** Read by `sha256sum --check`. */
const MANIFEST = "SHA256SUMS";

const Payload = Type.Object(
  {
    from: Type.String({ title: "Folder to copy", description: "Absolute.", pattern: "^/" }),
    to: Type.String({
      title: "Folder to copy into",
      description: "Absolute; made when it is not there.",
      pattern: "^/",
    }),
  },
  { additionalProperties: false },
);

interface Progress {
  /** The last file whose copy is verified and in the manifest. */
  readonly done: string | null;
  readonly files: number;
  readonly bytes: number;
  /** Size of the manifest then: what is behind it was never confirmed. */
  readonly manifest: number;
}

const NOTHING: Progress = { done: null, files: 0, bytes: 0, manifest: 0 };

/** As sha256sum writes it: a name with a line break or a backslash is escaped, and the line says so. */
const manifestLine = (hash: string, file: string): string => {
  const escaped = file.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return `${escaped === file ? "" : "\\"}${hash}  ${escaped}\n`;
};

const filesOf = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
};

/** Null when there is no such file. */
const hashOf = async (file: string, signal: AbortSignal): Promise<string | null> => {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(file), hash, { signal });
    return hash.digest("hex");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
};

/** Copies under another name, on disk before it gets its own; gives the hash of what was read. */
const copy = async (from: string, to: string, signal: AbortSignal): Promise<string> => {
  const hash = createHash("sha256");
  const part = `${to}.part`;
  await mkdir(dirname(to), { recursive: true });
  const hashing = new Transform({
    transform: (bytes: Buffer, _, done) => {
      hash.update(bytes);
      done(null, bytes);
    },
  });
  await pipeline(createReadStream(from), hashing, createWriteStream(part), { signal });
  const handle = await open(part, "r+");
  await handle.sync();
  await handle.close();
  await rename(part, to);
  return hash.digest("hex");
};

export const executor = defineExecutor({
  type: "files.copy",
  title: "Copy files",
  description:
    "Copies a folder file by file and proves each copy with SHA-256; the list of checksums lies beside the copies.",
  payload: Payload,
  naming: "Copy {from} to {to}",
  example: { from: "/srv/photos", to: "/backup/photos" },
  repeatable: true,
  pause: "checkpoint",
  retry: { maxAttempts: 3, initialMs: 1_000, factor: 2, maxMs: 60_000, jitter: 0.2 },

  run: async ({ payload: { from, to }, checkpoint, keep, progress, log, cancelled, pausing }) => {
    if (`${to}${sep}`.startsWith(`${from}${sep}`) || `${from}${sep}`.startsWith(`${to}${sep}`))
      return failed("invalid-payload", "Neither folder may lie in the other.", false);
    let at = (checkpoint as Progress | null) ?? NOTHING;
    const manifest = join(to, MANIFEST);

    /** What lies there already, from an attempt that got no further, is proved and not copied again. */
    const bring = async (file: string): Promise<string> => {
      const [source, target] = [join(from, file), join(to, file)];
      const there = await hashOf(target, cancelled);
      if (there !== null && there === (await hashOf(source, cancelled))) {
        log(`verified ${file}`);
        return there;
      }
      const hash = await copy(source, target, cancelled);
      if ((await hashOf(target, cancelled)) !== hash)
        throw new Error(`The copy of ${file} is not what was read.`);
      log(`copied ${file}`);
      return hash;
    };

    try {
      const files = await filesOf(from);
      if (files.includes(MANIFEST))
        return failed("invalid-payload", `${from} has a ${MANIFEST} of its own.`, false);
      await mkdir(to, { recursive: true });
      await appendFile(manifest, "");
      if ((await stat(manifest)).size < at.manifest) at = NOTHING;
      await truncate(manifest, at.manifest);
      const { done } = at;
      for (const file of files.filter((one) => done === null || one > done)) {
        if (cancelled.aborted) return { type: "cancelled" };
        if (pausing.aborted) return { type: "paused" };
        const line = manifestLine(await bring(file), file);
        await appendFile(manifest, line);
        const { size } = await stat(join(to, file));
        at = {
          done: file,
          files: at.files + 1,
          bytes: at.bytes + size,
          manifest: at.manifest + Buffer.byteLength(line),
        };
        await keep(at);
        progress({
          percent: (at.files / files.length) * 100,
          message: file,
          done: at.files,
          total: files.length,
        });
      }
    } catch (error) {
      if (cancelled.aborted) return { type: "cancelled" };
      return failed("copy-failed", error instanceof Error ? error.message : String(error), true);
    }
    return { type: "completed", result: { files: at.files, bytes: at.bytes, manifest } };
  },
});
