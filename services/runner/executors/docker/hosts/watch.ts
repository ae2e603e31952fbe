import { setTimeout as sleep } from "node:timers/promises";
import { createInterface } from "node:readline";
import type { EngineChange } from "#schema/telemetry.ts";
import type { Engine } from "../engine/engine.ts";

const DEBOUNCE_MS = 200;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
/** Beyond this many at once a reader does better to list everything again. */
const NAMED_AT_MOST = 100;
/** Looking into a container changes nothing about it; health checks would make noise for ever. */
const QUIET = /^(exec_|top|attach|detach|resize|copy|export|archive-path|extract-to-dir)/;

type Change = Pick<EngineChange, "reachable" | "containers">;

/** The container an event line is about, or undefined when it is nothing to tell. */
export const changedContainer = (line: string): string | undefined => {
  try {
    const event = JSON.parse(line) as { Action?: string; Actor?: { ID?: string } } | null;
    return event?.Action === undefined || QUIET.test(event.Action) ? undefined : event.Actor?.ID;
  } catch {
    return undefined;
  }
};

/** Tells about changes on the engine, gathered over 200 ms, and when it goes away or comes back; for ever, until stopped. */
export const watchEngine = (engine: Engine, tell: (change: Change) => void): { stop(): Promise<void> } => {
  const stopped = new AbortController();
  const gathered = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let reachable: boolean | undefined;

  const note = (id: string): void => {
    gathered.add(id);
    timer ??= setTimeout(() => {
      timer = undefined;
      const containers = gathered.size > NAMED_AT_MOST ? [] : [...gathered];
      gathered.clear();
      tell({ reachable: true, containers });
    }, DEBOUNCE_MS);
  };

  const readEvents = async (): Promise<void> => {
    const stream = await engine.events(stopped.signal);
    reachable = true;
    tell({ reachable: true, containers: [] });
    const lines = createInterface({ input: stream });
    // readline does not hear its input's errors, and nobody else would.
    stream.on("error", () => lines.close());
    for await (const line of lines) {
      const id = changedContainer(line);
      if (id !== undefined) note(id);
    }
  };

  const loop = async (): Promise<void> => {
    let wait = FIRST_WAIT_MS;
    while (!stopped.signal.aborted) {
      const opened = performance.now();
      await readEvents().catch(() => undefined);
      engine.forget();
      if (stopped.signal.aborted) return;
      if (reachable !== false) tell({ reachable: false, containers: [] });
      reachable = false;
      wait =
        performance.now() - opened > LONGEST_WAIT_MS ? FIRST_WAIT_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
      await sleep(wait, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  };
  const done = loop();
  return {
    stop: async () => {
      clearTimeout(timer);
      stopped.abort();
      await done;
    },
  };
};
