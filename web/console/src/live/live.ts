import type { Client } from "#client/http.ts";
import { ApiProblem } from "#client/api-problem.ts";
import { type LogEvent, openStream, type Stream, type StreamState } from "#client/stream.ts";
import { type Fact, isTaskFact, type RecordFact } from "#schema/envelope.ts";
import type { TaskUse } from "#schema/api.ts";
import type { EngineChange, HostSample } from "#schema/telemetry.ts";
import { Signal, Value } from "./signal.ts";
import type { Counts } from "./task-counts.ts";
import { TaskStore } from "./task-store.ts";

export interface Link {
  readonly state: StreamState;
  /** When the line was lost, ms; null while it is there. */
  readonly since: number | null;
}

export interface HeardRecord {
  readonly seq: number;
  readonly fact: RecordFact;
}

export type Floors = { readonly [K in keyof Counts]: boolean };

/** Everything of the page that is not drawn: the records, and the one line to the server that feeds them. */
export interface Live {
  readonly client: Client;
  readonly store: TaskStore;
  readonly link: Value<Link>;
  readonly samples: Value<ReadonlyMap<string, HostSample>>;
  /** Which counts are only lower bounds, because one answer did not hold all such tasks. */
  readonly floors: Value<Floors>;
  readonly onEngine: Signal<EngineChange>;
  readonly onRunner: Signal<Fact>;
  /** Facts about queues, limits, schedules, batches and templates. */
  readonly onRecord: Signal<HeardRecord>;
  readonly onLog: Signal<LogEvent>;
  /** What the attempt of the watched task uses. */
  readonly onUse: Signal<TaskUse>;
  /** Told after every (re)connection. */
  readonly onConnected: Signal<null>;
  /** Told when the server no longer knows who we are. */
  readonly onDenied: Signal<null>;
  watchLogs(taskId: string | null): void;
  watchUse(taskId: string | null): void;
  start(): void;
  stop(): void;
}

const FIRST_LOOK = 500;
const DAY_MS = 86_400_000;

/** A frame when the page is visible; hidden pages get no frames, so a timer there. */
const schedule = (): ((flush: () => void) => void) => {
  let planned = false;
  return (flush) => {
    if (planned) return;
    planned = true;
    const run = (): void => {
      planned = false;
      flush();
    };
    if (document.visibilityState === "visible") requestAnimationFrame(run);
    else setTimeout(run, 100);
  };
};

export const createLive = (client: Client): Live => {
  const store = new TaskStore({
    schedule: schedule(),
    fetchTask: (id) =>
      client.task(id).catch((error: unknown) => {
        if (error instanceof ApiProblem && error.status === 404) return null;
        throw error;
      }),
  });
  const link = new Value<Link>({ state: "connecting", since: null });
  const samples = new Value<ReadonlyMap<string, HostSample>>(new Map());
  const floors = new Value<Floors>({ active: false, waiting: false, failed: false });
  const onEngine = new Signal<EngineChange>();
  const onRunner = new Signal<Fact>();
  const onRecord = new Signal<HeardRecord>();
  const onLog = new Signal<LogEvent>();
  const onUse = new Signal<TaskUse>();
  const onConnected = new Signal<null>();
  const onDenied = new Signal<null>();
  let stream: Stream | null = null;
  const watched: { logs: string | null; use: string | null } = { logs: null, use: null };
  let run = 0;

  /** Tasks in flight and recent failures: what the dock counts, and where the stream is joined. */
  const look = async (): Promise<number | null> => {
    const from = new Date(Date.now() - DAY_MS).toISOString();
    try {
      const [active, waiting, failed] = await Promise.all([
        client.tasks({ state: "active", limit: FIRST_LOOK }),
        client.tasks({ state: "waiting", limit: FIRST_LOOK }),
        client.tasks({ state: "failed", from, limit: FIRST_LOOK }),
      ]);
      for (const { items, asOf } of [active, waiting, failed]) store.adoptSummaries(items, asOf);
      floors.set({
        active: active.next !== undefined,
        waiting: waiting.next !== undefined,
        failed: failed.next !== undefined,
      });
      // The oldest of the three: what changed between them is told once more and changes nothing.
      return Math.min(active.asOf, waiting.asOf, failed.asOf);
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) onDenied.tell(null);
      return null;
    }
  };

  const linkIs = (state: StreamState): void => {
    const lost = state === "reconnecting" || state === "denied";
    link.set({ state, since: lost ? (link.get().since ?? Date.now()) : null });
    if (state === "denied") onDenied.tell(null);
  };

  const open = (after: number | null): Stream => {
    let joined = after !== null;
    if (after !== null) store.startAt(after);
    return openStream({
      ...(after === null ? {} : { after }),
      ...watched,
      on: {
        hello: (asOf) => {
          if (!joined) {
            // The first look found no answer; now there is one.
            store.startAt(asOf);
            void look();
          }
          joined = true;
          store.askAgain();
          onConnected.tell(null);
        },
        fact: (seq, fact) => {
          if (isTaskFact(fact)) return store.applyFact(seq, fact);
          store.skipTo(seq);
          onRunner.tell(fact);
        },
        record: (seq, fact) => {
          store.skipTo(seq);
          onRecord.tell({ seq, fact });
        },
        reset: (asOf) => {
          store.reset(asOf);
          void look();
        },
        progress: (progress) => store.applyProgress(progress),
        sample: (sample) => samples.set(new Map(samples.get()).set(sample.host, sample)),
        engine: (change) => onEngine.tell(change),
        log: (entry) => onLog.tell(entry),
        use: (use) => onUse.tell(use),
        state: linkIs,
      },
    });
  };

  return {
    client,
    store,
    link,
    samples,
    floors,
    onEngine,
    onRunner,
    onRecord,
    onLog,
    onUse,
    onConnected,
    onDenied,
    watchLogs: (taskId) => {
      watched.logs = taskId;
      stream?.watchLogs(taskId);
    },
    watchUse: (taskId) => {
      watched.use = taskId;
      stream?.watchUse(taskId);
    },
    start: () => {
      run += 1;
      const own = run;
      void look().then((after) => {
        if (own === run) stream = open(after);
      });
    },
    stop: () => {
      run += 1;
      stream?.close();
      stream = null;
    },
  };
};
