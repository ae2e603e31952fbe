import { useEffect, useState } from "react";
import type { TaskDetail, TaskSummary, TaskUse } from "#schema/api.ts";
import { USE_FRESH_MS } from "#schema/telemetry.ts";
import { useLive } from "../live/live-context.tsx";
import { useNow } from "../show/ticker.ts";

interface Heard {
  readonly use: TaskUse;
  /** By the clock of this page, ms: the runner's own may be another. */
  readonly at: number;
}

/** What a task's present attempt uses, as the server answered and then as it is told; null when that is not known now. */
export const useAttemptUse = (task: TaskSummary, detail: TaskDetail | undefined): TaskUse | null => {
  const live = useLive();
  const now = useNow();
  const [heard, setHeard] = useState<Heard | null>(null);
  const { id, attempt, tag } = task;
  const open = tag !== "settled";
  const answered = detail?.use ?? null;
  useEffect(() => {
    if (!open) return undefined;
    const stop = live.onUse.listen((use) => use.taskId === id && setHeard({ use, at: Date.now() }));
    live.watchUse(id);
    return () => {
      live.watchUse(null);
      stop();
    };
  }, [live, id, open]);
  // The answer is asked for many times between two looks, and may be older than what was told meanwhile.
  if (answered !== null && (heard === null || heard.use.at < answered.at))
    setHeard({ use: answered, at: now });
  const current = heard !== null && heard.use.attempt === attempt && now - heard.at <= USE_FRESH_MS;
  return current && tag === "active" ? heard.use : null;
};
