import { Link } from "@tanstack/react-router";
import { useCallback, useSyncExternalStore } from "react";
import { useCounts, useLive, useOffline, useTask, useValue } from "../live/live-context.tsx";
import type { TaskStore } from "../live/task-store.ts";
import { ProgressBar } from "../show/progress-bar.tsx";
import { messageBeside, shareDone } from "../show/share-done.ts";
import { StateMark } from "../show/state-mark.tsx";
import { number } from "../show/words.ts";
import { LineActions } from "../task/line-actions.tsx";

/** The task the dock tells of: the one it told of while that is at work, then the newest at work. */
const mostRelevant = (store: TaskStore, before: string | null): string | null => {
  if (before !== null && store.get(before)?.summary.tag === "active") return before;
  let newest: { id: string; born: number } | null = null;
  for (const { summary } of store.all()) {
    if (summary.tag === "active" && (newest === null || summary.born > newest.born)) newest = summary;
  }
  return newest?.id ?? null;
};

const shown = new WeakMap<TaskStore, string | null>();

const useMostRelevant = (): string | null => {
  const { store } = useLive();
  const subscribe = useCallback((listener: () => void) => store.watch(listener), [store]);
  return useSyncExternalStore(subscribe, () => {
    const id = mostRelevant(store, shown.get(store) ?? null);
    shown.set(store, id);
    return id;
  });
};

const Running = ({ id }: { readonly id: string }) => {
  const record = useTask(id);
  if (!record) return null;
  const { summary } = record;
  const message = messageBeside(summary);
  return (
    <div className="dock-task" data-testid="dock-task">
      <StateMark task={summary} />
      <Link to="/tasks/$id" params={{ id }} className="dock-name">
        {summary.name}
      </Link>
      <ProgressBar task={summary} />
      <span className="dock-words">{shareDone(summary).text === message ? "" : message}</span>
      <LineActions task={summary} />
    </div>
  );
};

/** On every page: what is going on, and how to end it. */
export const Dock = () => {
  const { active, waiting, failed } = useCounts();
  const floors = useValue(useLive().floors);
  const offline = useOffline();
  const id = useMostRelevant();
  const count = (value: number, floor: boolean): string => number(value) + (floor ? "+" : "");
  return (
    <footer className="dock" aria-label="Work in progress" data-stale={offline || undefined}>
      <div className="dock-counts">
        <Link to="/tasks" search={{ state: "active" }} data-hue="blue">
          <b>{count(active, floors.active)}</b> running
        </Link>
        <Link to="/tasks" search={{ state: "waiting" }} data-hue="grey">
          <b>{count(waiting, floors.waiting)}</b> waiting
        </Link>
        <Link to="/tasks" search={{ state: "failed" }} data-hue={failed > 0 ? "red" : "grey"}>
          <b>{count(failed, floors.failed)}</b> failed
        </Link>
      </div>
      {id === null ? <span className="dock-idle">Nothing is running</span> : <Running id={id} />}
    </footer>
  );
};
