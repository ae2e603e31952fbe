import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Log } from "#infra/log.ts";
import { type KeptUses, lastUseFile, readKept } from "./last-use.ts";

/** Uses come in bursts: what is lost by a kill is at most this old. */
const SAVE_AFTER_MS = 2_000;
/** Older gaps are joined, so that nothing between them counts as watched. */
const GAPS_AT_MOST = 100;

/** What exists on an engine. */
export interface Existing {
  readonly images: ReadonlySet<string>;
  readonly volumes: ReadonlySet<string>;
}

/** One engine's last uses, kept in a file. Times are RFC 3339 by the engine's clock. */
export interface UseRecord {
  readonly kept: Readonly<KeptUses>;
  used(kind: "images" | "volumes", id: string, at: string): void;
  gone(kind: "images" | "volumes", id: string): void;
  /** Forgets what is no more. */
  only(existing: Existing): void;
  /** These images came at that time unless they were known before; null for images of before the watching. */
  arrived(images: Iterable<string>, at: string | null): void;
  heard(until: string, event: KeptUses["lastEvent"]): void;
  missed(from: string, to: string): void;
  /** Resolves when the file says all of this. */
  save(): Promise<void>;
}

const those = <T>(known: Readonly<Record<string, T>>, ids: ReadonlySet<string>): Record<string, T> =>
  Object.fromEntries(Object.entries(known).filter(([id]) => ids.has(id)));

const write = async (file: string, text: string): Promise<void> => {
  const part = `${file}.${randomUUID().slice(0, 8)}`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    const handle = await open(part, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
};

/** Opens what is kept of an engine, or begins anew at `now`. `isNew`: nothing was observed of it before. */
export const openRecord = async (
  { data, log }: { readonly data: string; readonly log: Log },
  engine: string,
  now: string,
): Promise<{ record: UseRecord; isNew: boolean }> => {
  const before = await readKept(data, engine);
  const kept: KeptUses = before ?? {
    engine,
    observedSince: now,
    heardUntil: now,
    lastEvent: null,
    gaps: [],
    images: {},
    volumes: {},
  };
  const file = lastUseFile(data, engine);
  let timer: NodeJS.Timeout | undefined;
  let line: Promise<void> = Promise.resolve();

  const save = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    line = line
      .then(() => write(file, JSON.stringify(kept)))
      .catch((error: unknown) => log.warn({ err: error }, "last uses could not be kept"));
    return line;
  };
  const changed = (): void => {
    timer ??= setTimeout(() => void save(), SAVE_AFTER_MS);
    timer.unref();
  };

  const record: UseRecord = {
    kept,
    arrived: (images, at) => {
      kept.arrived ??= {};
      for (const id of images) if (!Object.hasOwn(kept.arrived, id)) kept.arrived[id] = at;
      changed();
    },
    used: (kind, id, at) => {
      const known = kept[kind][id];
      if (known !== undefined && Date.parse(known) >= Date.parse(at)) return;
      kept[kind][id] = at;
      changed();
    },
    gone: (kind, id) => {
      delete kept[kind][id];
      if (kind === "images") delete kept.arrived?.[id];
      changed();
    },
    only: (existing) => {
      for (const kind of ["images", "volumes"] as const) kept[kind] = those(kept[kind], existing[kind]);
      if (kept.arrived) kept.arrived = those(kept.arrived, existing.images);
      changed();
    },
    heard: (until, event) => {
      // Not worth a write of its own: health checks would make one every other second for ever.
      if (Date.parse(until) > Date.parse(kept.heardUntil)) kept.heardUntil = until;
      kept.lastEvent = event ?? kept.lastEvent;
    },
    missed: (from, to) => {
      kept.gaps.push({ from, to });
      const [first, second] = kept.gaps;
      if (kept.gaps.length > GAPS_AT_MOST && first && second)
        kept.gaps.splice(0, 2, { from: first.from, to: second.to });
      changed();
    },
    save,
  };
  return { record, isNew: before === null };
};
