import { useCallback, useEffect, useState } from "react";
import type { LogRow } from "#schema/api.ts";
import { useLive } from "../live/live-context.tsx";
import { LogBuffer, type LogLine } from "./log-buffer.ts";

const PAGE = 1_000;
/** Redraws at most this often, however fast the output is. */
const FRAME_MS = 80;
/** Output is stored a moment after it is told: what fell between the answer and the stream is asked for once more. */
const SECOND_LOOK_MS = 1_500;

export interface LogState {
  readonly status: "loading" | "ready" | "failed";
  readonly error: unknown;
  readonly lines: readonly LogLine[];
  readonly forgotten: number;
}

/** The output of a task: what is stored, then live. After a cut of the line the missing part is read. */
export const useLog = (id: string): { log: LogState; reload: () => void } => {
  const live = useLive();
  const [log, setLog] = useState<LogState>({ status: "loading", error: null, lines: [], forgotten: 0 });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const own = new LogBuffer();
    let closed = false;
    let frame: ReturnType<typeof setTimeout> | undefined;
    const show = (part: Partial<LogState>): void => {
      if (!closed)
        setLog((before) => ({ ...before, ...part, lines: [...own.lines], forgotten: own.forgotten }));
    };
    const add = (rows: readonly LogRow[]): void => {
      if (!own.add(rows)) return;
      frame ??= setTimeout(() => {
        frame = undefined;
        show({});
      }, FRAME_MS);
    };
    const read = async (from: number): Promise<number> => {
      let after = from;
      for (;;) {
        const page = await live.client.logs(id, { after, limit: PAGE });
        if (closed) return after;
        add(page.items);
        after = page.items.at(-1)?.seq ?? after;
        if (page.next === undefined || page.items.length === 0) return after;
      }
    };
    const load = async (from: number): Promise<void> => {
      try {
        const stored = await read(from);
        show({ status: "ready", error: null });
        setTimeout(() => void (closed || read(stored).catch(() => undefined)), SECOND_LOOK_MS);
      } catch (error) {
        show({ status: "failed", error });
      }
    };
    const stops = [
      live.onLog.listen((entry) => entry.taskId === id && add([entry])),
      live.onConnected.listen(() => void load(own.last)),
    ];
    live.watchLogs(id);
    void load(0);
    return () => {
      closed = true;
      clearTimeout(frame);
      live.watchLogs(null);
      for (const stop of stops) stop();
    };
  }, [live, id, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  return { log, reload };
};
