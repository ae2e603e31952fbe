import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#infra/log.ts";
import type { Engine } from "../engine/engine.ts";
import { jsonLines } from "../engine/lines.ts";
import { within } from "../engine/within.ts";
import { type Holding, openHoldings } from "./last-use-holdings.ts";
import { openRecord, type UseRecord } from "./last-use-record.ts";
import { keyOf, timeOf, useOf } from "./use-of-event.ts";
import type { Ears, EngineEvent } from "./watch.ts";

const LOOK_MS = 30_000;
const AGAIN_MS = 5_000;
/** A host that vanishes is found out this much later at most. */
const NOTICED_MS = 30_000;
/** So that after a kill no more than this counts as unwatched that was not. */
const SAVE_EVERY_MS = 300_000;
/** Events wait while the engine is listed anew; beyond this many they are let go, and that is a gap. */
const WAITING_AT_MOST = 10_000;

/** Learns from an engine's events when its images and volumes were used last. */
export interface UseLearner {
  /** To be given to the engine's watch; `tell` hears what it would have heard without. */
  ears(tell: Ears["tell"]): Ears;
  /** Resolves when what it knows is kept. */
  stop(): Promise<void>;
}

interface Options {
  /** The runner's data folder. */
  readonly data: string;
  readonly log: Log;
}

const iso = (ms: number): string => new Date(ms).toISOString();

export const learnLastUses = (engine: Engine, options: Options): UseLearner => {
  const stopped = new AbortController();
  const holdings = openHoldings(engine, stopped.signal);
  let record: UseRecord | undefined;
  /** Milliseconds the engine's clock is ahead of ours. */
  let ahead = 0;
  let listening = false;
  let waiting = 0;
  let overflowed = false;
  let line: Promise<void> = Promise.resolve();

  const engineNow = (): number => Date.now() + ahead;
  /** One after the other, in the order they were heard. */
  const inTurn = (work: () => Promise<void>): void => {
    waiting += 1;
    line = line.then(work).then(
      () => void (waiting -= 1),
      (error: unknown) => {
        waiting -= 1;
        if (!stopped.signal.aborted) options.log.warn({ err: error }, "last uses could not be learned");
      },
    );
  };

  const note = (into: UseRecord, { image, volumes }: Holding, at: string): void => {
    if (image !== undefined) {
      into.arrived([image], at);
      into.used("images", image, at);
    }
    for (const volume of volumes) into.used("volumes", volume, at);
  };
  const learn = async (into: UseRecord, event: EngineEvent): Promise<void> => {
    const use = useOf(event);
    if (use?.kind === "image-gone") {
      if (!(await holdings.isThere(use.id))) into.gone("images", use.id);
    } else if (use?.kind === "volume-gone") into.gone("volumes", use.name);
    else if (use?.kind === "container-gone") holdings.forget(use.id);
    else if (use) {
      const at = timeOf(event);
      const holding = await holdings.of(use);
      note(into, holding, at);
      if (holding.isUnseen) into.missed(at, iso(Date.parse(at) + 1));
    }
    into.heard(timeOf(event), { second: event.time ?? 0, key: keyOf(event) });
  };

  /** Learns what an engine still knows of its past; true when nothing was missed since the last event that was heard. */
  const replay = (into: UseRecord, now: number): Promise<boolean> =>
    within({ limitMs: LOOK_MS, signal: stopped.signal }, async (signal) => {
      const last = into.kept.lastEvent;
      const query = { since: String(last?.second ?? 0), until: (now / 1_000).toFixed(3) };
      const events: EngineEvent[] = [];
      for await (const read of jsonLines(
        await engine.stream({ method: "GET", path: "/events", query }, signal),
      ))
        if (read.ok) events.push(read.value as EngineEvent);
      const isWhole = events.some((event) => keyOf(event) === last?.key);
      for (const event of events) await learn(into, event);
      return isWhole;
    });

  const open = async (): Promise<void> => {
    const { id } = await engine.about(stopped.signal);
    const info = await engine.request<{ SystemTime?: string }>(
      { method: "GET", path: "/info" },
      { limitMs: LOOK_MS, signal: stopped.signal },
    );
    const now = info.SystemTime === undefined ? Date.now() : Date.parse(info.SystemTime);
    ahead = now - Date.now();
    if (record?.kept.engine !== id) {
      await record?.save();
      record = undefined;
    }
    const from = record?.kept.heardUntil;
    const opened = record ? { record, isNew: false } : await openRecord(options, id, iso(now));
    const into = opened.record;
    const since = from ?? into.kept.heardUntil;
    const { inUse, existing } = await holdings.list();
    if (opened.isNew || into.kept.arrived === undefined) into.arrived(existing.images, null);
    const isWhole = await replay(into, now).catch(() => false);
    if (overflowed || !(isWhole || opened.isNew)) into.missed(since, iso(now));
    overflowed = false;
    into.only(existing);
    into.arrived(existing.images, iso(now));
    for (const holding of inUse) note(into, holding, iso(now));
    into.heard(iso(now), null);
    record = into;
    await into.save();
  };

  const openUntilDone = async (): Promise<void> => {
    while (listening && !stopped.signal.aborted) {
      try {
        return await open();
      } catch {
        // It went away again, or does not let itself be listed just now.
        await sleep(AGAIN_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
      }
    }
  };
  const leave = (): void => {
    if (!listening) return;
    listening = false;
    const until = engineNow() - NOTICED_MS;
    inTurn(async () => {
      if (record && Date.parse(record.kept.heardUntil) < until) record.heard(iso(until), null);
      await record?.save();
    });
  };

  const timer = setInterval(() => {
    if (!listening) return;
    inTurn(async () => {
      record?.heard(iso(engineNow() - NOTICED_MS), null);
      await record?.save();
    });
  }, SAVE_EVERY_MS);
  timer.unref();

  const hear = (event: EngineEvent): void => {
    if (waiting > WAITING_AT_MOST) {
      if (!overflowed) inTurn(openUntilDone);
      overflowed = true;
      return;
    }
    inTurn(async () => {
      // What is left undone by a stop is told again by the replay.
      if (!record || stopped.signal.aborted) return;
      try {
        await learn(record, event);
      } catch {
        if (stopped.signal.aborted) return;
        // What it was about could not be looked up, and nobody will tell of it again.
        record.missed(timeOf(event), iso(Math.max(engineNow(), Date.parse(timeOf(event)) + 1)));
      }
    });
  };

  return {
    ears: (tell) => ({
      tell: (change) => {
        if (!change.reachable) leave();
        tell(change);
      },
      each: hear,
      opened: () => {
        listening = true;
        inTurn(openUntilDone);
      },
    }),
    stop: async () => {
      clearInterval(timer);
      leave();
      stopped.abort();
      await line;
    },
  };
};
