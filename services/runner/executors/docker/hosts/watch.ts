import { setTimeout as sleep } from "node:timers/promises";
import { ITEM_KINDS, type ItemKind } from "#schema/items.ts";
import type { EngineChange } from "#schema/telemetry.ts";
import type { Engine } from "../engine/engine.ts";
import { jsonLines } from "../engine/lines.ts";

const DEBOUNCE_MS = 200;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
/** Podman answers with the first event only: until then the engine is asked whether it is there. */
const OPENED_MS = 1_000;
/** A host that vanished from the network ends no connection: only asking shows it. */
const ASK_AGAIN_MS = 20_000;
/** Beyond this many at once a reader does better to list everything again. */
const NAMED_AT_MOST = 100;
/** Looking into a container changes nothing about it; health checks would make noise for ever. */
const QUIET = /^(exec|top|attach|detach|resize|copy|export|archive-path|extract-to-dir)/;

/** Events that are about what is listed, by the kind of thing; an engine's builder tells of its cache. */
const KIND_OF: Readonly<Record<string, ItemKind>> = {
  container: "container",
  image: "image",
  volume: "volume",
  network: "network",
  builder: "build-cache",
};

export type Change = Pick<EngineChange, "reachable" | "kinds" | "containers">;

/** An event as the engine tells it: `time` in seconds and `timeNano` by the engine's own clock. */
export interface EngineEvent {
  readonly Type?: string;
  readonly Action?: string;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> | null };
  readonly time?: number;
  readonly timeNano?: number;
}

/** Who hears of an engine. What `each` and `opened` throw or reject is theirs to see to. */
export interface Ears {
  /** Changes, gathered over 200 ms, and when it goes away or comes back. */
  tell(change: Change): void;
  /** Every event, as it comes. */
  each?(event: EngineEvent): void;
  /** Events are heard from now on; what happened before, unless it was heard already, was missed. */
  opened?(): void;
}

/** What an event changes, or undefined when it is nothing to tell. */
export const changeOf = ({
  Type = "",
  Action,
  Actor,
}: EngineEvent): { kind: ItemKind; id: string } | undefined => {
  const kind = KIND_OF[Type];
  if (kind === undefined || Action === undefined || QUIET.test(Action)) return undefined;
  return { kind, id: Actor?.ID ?? "" };
};

const createGathered = (tell: (change: Change) => void) => {
  const kinds = new Set<ItemKind>();
  const containers = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  return {
    note: ({ kind, id }: { kind: ItemKind; id: string }): void => {
      kinds.add(kind);
      if (kind === "container") containers.add(id);
      timer ??= setTimeout(() => {
        timer = undefined;
        const named = containers.size > NAMED_AT_MOST ? [] : [...containers];
        const change: Change = { reachable: true, kinds: [...kinds], containers: named };
        kinds.clear();
        containers.clear();
        tell(change);
      }, DEBOUNCE_MS);
    },
    stop: () => clearTimeout(timer),
  };
};

/** Follows an engine's events for ever, until stopped; after a gap everything may have changed, and that is told. */
export const watchEngine = (engine: Engine, { tell, each, opened }: Ears): { stop(): Promise<void> } => {
  const stopped = new AbortController();
  const gathered = createGathered(tell);
  let reachable: boolean | undefined;

  const hear = (event: EngineEvent): void => {
    each?.(event);
    const change = changeOf(event);
    if (change) gathered.note(change);
  };
  const readEvents = async (): Promise<void> => {
    const ended = new AbortController();
    const opening = engine.stream(
      { method: "GET", path: "/events" },
      AbortSignal.any([stopped.signal, ended.signal]),
    );
    const asking = setInterval(() => {
      engine.ping(stopped.signal).catch(() => ended.abort());
    }, ASK_AGAIN_MS);
    try {
      // What it rejects with is met where it is waited for.
      opening.catch(() => undefined);
      await Promise.race([opening, sleep(OPENED_MS)]);
      await engine.ping(stopped.signal);
      reachable = true;
      tell({ reachable: true, kinds: ITEM_KINDS, containers: [] });
      opened?.();
      for await (const line of jsonLines(await opening)) if (line.ok) hear(line.value as EngineEvent);
    } finally {
      clearInterval(asking);
      ended.abort();
    }
  };

  const loop = async (): Promise<void> => {
    let wait = FIRST_WAIT_MS;
    while (!stopped.signal.aborted) {
      const began = performance.now();
      await readEvents().catch(() => undefined);
      engine.forget();
      if (stopped.signal.aborted) return;
      if (reachable !== false) tell({ reachable: false, kinds: [], containers: [] });
      reachable = false;
      wait =
        performance.now() - began > LONGEST_WAIT_MS ? FIRST_WAIT_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
      await sleep(wait, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  };
  const done = loop();
  return {
    stop: async () => {
      gathered.stop();
      stopped.abort();
      await done;
    },
  };
};
