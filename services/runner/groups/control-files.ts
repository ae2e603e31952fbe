import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";

/** Reads and writes of a kernel's control files: small, in memory, never waited for. */

/** Null when it is not there or may not be read. */
export const readControl = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
};

/** False when the kernel refuses. */
export const writeControl = (path: string, value: string): boolean => {
  try {
    writeFileSync(path, value);
    return true;
  } catch {
    return false;
  }
};

/** False when it cannot be made; being there already is no fault. */
export const makeFolder = (path: string): boolean => {
  try {
    mkdirSync(path, { recursive: true });
    return true;
  } catch {
    return false;
  }
};

/** False while something is in it: a control group goes after its last process. */
export const removeFolder = (path: string): boolean => {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
};

export const foldersIn = (path: string): string[] => {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
  } catch {
    return [];
  }
};

export const numbersIn = (text: string | null): number[] =>
  (text ?? "").split("\n").flatMap((line) => (/^\d+$/.test(line) ? [Number(line)] : []));

/** The number behind a name in a file of `name number` lines; 0 when there is none. */
export const countOf = (text: string | null, name: string): number =>
  Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text ?? "")?.[1] ?? 0);

/** Bounds the processes of a group. What starts them is inside for a moment, with threads of its own that are not theirs. */
export const limitPids = (folder: string, pids: number | undefined, moment: "entered" | "left"): void => {
  if (pids === undefined) return;
  const own = moment === "entered" ? Number(readControl(`${folder}/pids.current`) ?? 0) : 0;
  writeControl(`${folder}/pids.max`, String(pids + own));
};
