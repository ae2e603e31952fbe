/** The live stream: server-sent events over fetch, resumed by journal sequence, for browsers and Node alike. */
import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { LogRow, TaskUse } from "#schema/api.ts";
import type { Fact, RecordFact } from "#schema/envelope.ts";
import type { EngineChange, HostSample, Progress } from "#schema/telemetry.ts";
import { type ApiProblem, problemFrom } from "./api-problem.ts";

/** `reconnecting` counts failures in a row; `denied` and `closed` are final. */
export type StreamState = "connecting" | "live" | "reconnecting" | "denied" | "closed";

/** One chunk of output as the stream tells it; `seq` is the cursor GET …/logs knows. */
export interface LogEvent extends LogRow {
  readonly taskId: string;
}

export interface StreamHandlers {
  /** Facts with a sequence above `asOf` follow. Told after every (re)connection. */
  hello?(asOf: number): void;
  /** Each fact after `after` once, in order, none left out but those `record` is told, unless `reset` says otherwise. */
  fact?(seq: number, fact: Fact): void;
  /** Each fact about a queue, limit, schedule, batch or template, in one order with the others. */
  record?(seq: number, fact: RecordFact): void;
  /** The facts between the last one and `asOf` cannot be had here: read the lists again; facts above `asOf` follow. */
  reset?(asOf: number): void;
  progress?(progress: Progress): void;
  sample?(sample: HostSample): void;
  engine?(change: EngineChange): void;
  /** Output of the task named by `logs`. What was written while disconnected is not repeated: read GET …/logs after it. */
  log?(entry: LogEvent): void;
  /** What the attempt of the task named by `use` uses, whenever its runner has looked. */
  use?(use: TaskUse): void;
  state?(state: StreamState, problem: ApiProblem | null): void;
}

export interface StreamOptions {
  readonly baseUrl?: string;
  readonly token?: string;
  readonly fetch?: typeof globalThis.fetch;
  /** Facts after this journal sequence, for example a list's `asOf`; without it from now on. */
  readonly after?: number;
  /** The task whose output is wanted. */
  readonly logs?: string | null;
  /** The task of which it is wanted what it uses. */
  readonly use?: string | null;
  readonly on: StreamHandlers;
}

export interface Stream {
  /** Journal sequence of the last fact told; null before the first hello. */
  readonly last: number | null;
  /** Changes whose output is wanted; reconnects and goes on where it was. */
  watchLogs(taskId: string | null): void;
  /** Changes of which task it is wanted what it uses, in the same way. */
  watchUse(taskId: string | null): void;
  close(): void;
}

/** The server pings every 5 s: three missed ones mean the line is dead. */
const MUTE_MS = 15_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

const backoff = (failures: number): number =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) * (0.5 + Math.random() / 2);

/** A pause that `wake` or the signal ends early. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

/** Opens the stream and keeps it open until `close`, or until the server denies it (401, 403). Never throws. */
export const openStream = (options: StreamOptions): Stream => {
  const { baseUrl = "", token, fetch = globalThis.fetch, on } = options;
  let last = options.after ?? null;
  const watched = { logs: options.logs ?? null, use: options.use ?? null };
  let closed = false;
  let failures = 0;
  let line = new AbortController();

  /** False for what was told before. */
  const advance = (seq: number): boolean => {
    if (last !== null && seq <= last) return false;
    last = seq;
    return true;
  };

  const told: Record<string, (data: never) => void> = {
    hello: ({ asOf }: { asOf: number }) => {
      last ??= asOf;
      failures = 0;
      on.state?.("live", null);
      on.hello?.(asOf);
    },
    reset: ({ asOf }: { asOf: number }) => {
      last = asOf;
      on.reset?.(asOf);
    },
    fact: ({ seq, fact }: { seq: number; fact: Fact }) => {
      if (advance(seq)) on.fact?.(seq, fact);
    },
    record: ({ seq, fact }: { seq: number; fact: RecordFact }) => {
      if (advance(seq)) on.record?.(seq, fact);
    },
    progress: (data: Progress) => on.progress?.(data),
    sample: (data: HostSample) => on.sample?.(data),
    engine: (data: EngineChange) => on.engine?.(data),
    log: (data: LogEvent) => on.log?.(data),
    use: (data: TaskUse) => on.use?.(data),
  };

  const hear = ({ event, data }: EventSourceMessage): void => {
    const tell = told[event ?? "message"];
    if (tell === undefined) return;
    try {
      tell(JSON.parse(data) as never);
    } catch (error) {
      // A handler's bug must be seen, and must not look like a broken line.
      setTimeout(() => {
        throw error;
      });
    }
  };

  const connect = (signal: AbortSignal): Promise<Response> => {
    const query = new URLSearchParams();
    if (last !== null) query.set("after", String(last));
    for (const [what, taskId] of Object.entries(watched)) if (taskId !== null) query.set(what, taskId);
    return fetch(`${baseUrl}/api/stream?${query.toString()}`, {
      signal,
      credentials: "same-origin",
      headers: {
        accept: "text/event-stream",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
    });
  };

  /** Reads one connection to its end; the watchdog cuts it when nothing comes, not even a ping. */
  const listen = async (own: AbortController): Promise<ApiProblem | null> => {
    let watchdog = setTimeout(() => own.abort(), MUTE_MS);
    try {
      const response = await connect(own.signal);
      if (!response.ok || response.body === null) return await problemFrom(response);
      const parser = createParser({ onEvent: (message) => own.signal.aborted || hear(message) });
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return null;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => own.abort(), MUTE_MS);
        parser.feed(decoder.decode(value, { stream: true }));
      }
    } finally {
      clearTimeout(watchdog);
      own.abort();
    }
  };

  const run = async (): Promise<void> => {
    on.state?.("connecting", null);
    while (!closed) {
      const own = line;
      const problem = await listen(own).catch(() => null);
      if (closed) return;
      if (problem !== null && (problem.status === 401 || problem.status === 403)) {
        closed = true;
        return on.state?.("denied", problem);
      }
      const changed = own !== line;
      if (!changed) {
        line = new AbortController();
        on.state?.("reconnecting", problem);
        await pause(backoff(failures++), line.signal);
      }
    }
  };

  const watch = (what: keyof typeof watched, taskId: string | null): void => {
    if (closed || taskId === watched[what]) return;
    watched[what] = taskId;
    const old = line;
    line = new AbortController();
    old.abort();
  };

  void run();
  return {
    get last() {
      return last;
    },
    watchLogs: (taskId) => watch("logs", taskId),
    watchUse: (taskId) => watch("use", taskId),
    close: () => {
      if (closed) return;
      closed = true;
      line.abort();
      on.state?.("closed", null);
    },
  };
};
