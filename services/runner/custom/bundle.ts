import { createHash } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { basename, dirname, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildFailure, Plugin } from "esbuild";
import { KIT_ENTRY } from "../entries.ts";

/** A file of the user's as one module that changes no more, or why it cannot be one. */
export type Bundled =
  { readonly ok: true; readonly module: string } | { readonly ok: false; readonly message: string };

/** Makes modules of the user's files. */
export interface Bundler {
  /** Removes what earlier runners made; only before anything is bundled. */
  clear(): Promise<void>;
  bundle(file: string): Promise<Bundled>;
  /** Lets go of the compiler's process until it is needed again. */
  rest(): Promise<void>;
}

const ASKED = Symbol("already being resolved");

/** Packages stay where they are installed, so they keep their own files and native parts; `longshore/executor` is this program's own. */
const outside: Plugin = {
  name: "outside",
  setup: (build) => {
    build.onResolve({ filter: /^longshore\/executor$/ }, () => ({ path: KIT_ENTRY.href, external: true }));
    build.onResolve({ filter: /^[^./#]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (pluginData === ASKED || kind === "entry-point" || isBuiltin(path)) return undefined;
      const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: ASKED });
      if (found.errors.length > 0) return { errors: found.errors };
      if (found.external || !found.path.includes(`${sep}node_modules${sep}`)) return found;
      const required = kind === "require-call" || kind === "require-resolve";
      return { path: required ? found.path : pathToFileURL(found.path).href, external: true };
    });
  },
};

const explain = (error: unknown): string => {
  const { errors } = error as Partial<BuildFailure>;
  const [first] = errors ?? [];
  if (!first) return error instanceof Error ? error.message : String(error);
  const { location, text } = first;
  return location ? `${text} (${basename(location.file)}:${location.line}:${location.column + 1})` : text;
};

/** What belongs to a file's own place must not change because a copy of it runs elsewhere. */
const ownPlace = (file: string): Record<string, string> => ({
  "import.meta.url": JSON.stringify(pathToFileURL(file).href),
  "import.meta.filename": JSON.stringify(file),
  "import.meta.dirname": JSON.stringify(dirname(file)),
});

/** `folder` is this bundler's alone. A module is named after its content: other code, other name. */
export const createBundler = (folder: string): Bundler => {
  const compiler = async (): Promise<typeof import("esbuild") | undefined> => {
    try {
      return await import("esbuild");
    } catch {
      return undefined;
    }
  };

  const compile = async (esbuild: typeof import("esbuild"), file: string): Promise<string> => {
    const { outputFiles } = await esbuild.build({
      entryPoints: [file],
      bundle: true,
      write: false,
      platform: "node",
      target: "node20",
      format: "esm",
      sourcemap: "inline",
      logLevel: "silent",
      absWorkingDir: dirname(file),
      define: ownPlace(file),
      // What is required and not imported finds no `require` in a module otherwise.
      banner: {
        js: `import { createRequire as longshoreRequire } from "node:module"; const require = longshoreRequire(${JSON.stringify(file)});`,
      },
      plugins: [outside],
    });
    const [output] = outputFiles;
    if (!output) throw new Error("Nothing came of it.");
    return output.text;
  };

  let parts = 0;
  /** Whole or not at all: a slot may load it at any moment. */
  const keep = async (file: string, text: string): Promise<string> => {
    const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
    const path = join(folder, `${basename(file)}.${hash}.mjs`);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    parts += 1;
    const part = `${path}.${parts}.part`;
    await writeFile(part, text);
    await rename(part, path);
    return pathToFileURL(path).href;
  };

  return {
    clear: () => rm(folder, { recursive: true, force: true }),
    bundle: async (file) => {
      const esbuild = await compiler();
      if (!esbuild) return { ok: false, message: "esbuild, which turns it into a module, is not installed." };
      try {
        return { ok: true, module: await keep(file, await compile(esbuild, file)) };
      } catch (error) {
        return { ok: false, message: explain(error) };
      }
    },
    rest: async () => {
      await (await compiler())?.stop();
    },
  };
};
