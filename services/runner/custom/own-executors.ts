import { basename, relative } from "node:path";
import type { Log } from "#infra/log.ts";
import type { ExecutorFault } from "#schema/reports.ts";
import type { Offered } from "../discover.ts";
import type { Slots } from "../slots/slot.ts";
import type { Bundler } from "./bundle.ts";
import { examineModule } from "./examiner.ts";
import type { Found } from "./find-files.ts";
import { judgeType } from "./judge-type.ts";

/** All types travel in one hello and one fact of at most 512 KiB; Longshore's own need some of that. */
const ROOM_BYTES = 256 * 1024;
const LONGEST_FAULT = 500;
/** Each is loaded in a process of its own. */
const AT_ONCE = 4;

/** What the files of the user's offer, and why some do not. */
export interface OwnExecutors {
  readonly offered: readonly Offered[];
  readonly faults: readonly ExecutorFault[];
  /** Reads the files anew; true when that changed anything. Never throws. */
  read(found: Found): Promise<boolean>;
}

interface Options {
  readonly folder: string;
  readonly taken: ReadonlySet<string>;
  readonly bundler: Bundler;
  readonly slots: Slots;
  readonly log: Log;
}

/** A file as it was read last. `good` stays in use while a later version of the file is broken. */
interface Known {
  readonly module: string | null;
  readonly good: Offered | null;
  readonly fault: string | null;
}

const UNKNOWN: Known = { module: null, good: null, fault: null };

const said = (files: ReadonlyMap<string, Known>): string => JSON.stringify([...files]);

export const createOwnExecutors = ({ folder, taken, bundler, slots, log }: Options): OwnExecutors => {
  let known: ReadonlyMap<string, Known> = new Map();
  let offered: readonly Offered[] = [];
  let faults: readonly ExecutorFault[] = [];

  const readFile = async (file: string, before: Known): Promise<Known> => {
    const broken = (message: string, module: string | null): Known => ({
      module,
      good: before.good,
      fault: message.slice(0, LONGEST_FAULT),
    });
    const bundled = await bundler.bundle(file);
    if (!bundled.ok) return broken(bundled.message, null);
    const { module } = bundled;
    if (module === before.module && before.fault === null) return before;
    const examined = await examineModule(slots, module);
    if (!examined.ok) return broken(examined.message, module);
    const judged = judgeType(examined.declared);
    if (!judged.ok) return broken(judged.message, module);
    return { module, good: { type: judged.type, module, own: true }, fault: null };
  };

  const readSafely = async (file: string): Promise<Known> => {
    const before = known.get(file) ?? UNKNOWN;
    try {
      return await readFile(file, before);
    } catch (error) {
      log.error({ err: error, file: basename(file) }, "an executor file could not be read");
      return { ...before, fault: "It could not be read." };
    }
  };

  /** The first file by name that declares a type has it, and while there is room. */
  const settle = (): void => {
    const found = new Map<string, Offered>();
    const wrong: ExecutorFault[] = [];
    const owners = new Map<string, string>();
    let room = ROOM_BYTES;
    const whyNot = (type: string, bytes: number): string | null => {
      if (taken.has(type)) return `"${type}" is a type of Longshore's own.`;
      const owner = owners.get(type);
      if (owner !== undefined) return `"${type}" is declared by ${owner} already.`;
      return bytes > room ? "All executors together declare more than fits into one announcement." : null;
    };
    for (const [path, { good, fault }] of known) {
      const file = relative(folder, path);
      if (fault !== null) {
        const goesOn = good === null ? "" : " The version before it stays in use.";
        wrong.push({ file, message: `${fault}${goesOn}` });
      }
      if (good === null) continue;
      const bytes = Buffer.byteLength(JSON.stringify(good.type));
      const why = whyNot(good.type.type, bytes);
      if (why === null) {
        room -= bytes;
        owners.set(good.type.type, file);
        found.set(good.type.type, good);
      } else wrong.push({ file, message: why });
    }
    offered = [...found.values()];
    for (const fault of wrong)
      if (!faults.some(({ file, message }) => file === fault.file && message === fault.message))
        log.warn(fault, "a file in the folder of executors is skipped");
    faults = wrong;
  };

  return {
    get offered() {
      return offered;
    },
    get faults() {
      return faults;
    },
    read: async ({ files }) => {
      const next = new Map<string, Known>();
      for (let first = 0; first < files.length; first += AT_ONCE) {
        const some = files.slice(first, first + AT_ONCE);
        const read = await Promise.all(some.map(readSafely));
        for (const [index, file] of some.entries()) next.set(file, read[index] ?? UNKNOWN);
      }
      await bundler.rest();
      const changed = said(next) !== said(known);
      known = next;
      if (changed) settle();
      return changed;
    },
  };
};
