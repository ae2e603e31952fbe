import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useLive } from "../live/live-context.tsx";
import type { TaskFilter } from "../live/task-filter.ts";
import { TaskList } from "../live/task-list.ts";

const PAGE = 100;

/** The live list for a filter; a changed filter is a new list. */
export const useTaskList = (filter: TaskFilter): { list: TaskList; view: ReturnType<TaskList["view"]> } => {
  const { client, store, onConnected } = useLive();
  const key = JSON.stringify(filter);
  const list = useMemo(
    () =>
      new TaskList(store, JSON.parse(key) as TaskFilter, {
        fetchPage: (wanted, cursor) =>
          client.tasks({ ...wanted, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }),
        now: Date.now,
        later: (run, ms) => void setTimeout(run, ms),
      }),
    [client, store, key],
  );
  useEffect(() => {
    list.open();
    void list.load();
    const stop = onConnected.listen(() => {
      if (list.view().status === "failed") void list.load();
    });
    return () => {
      stop();
      list.close();
    };
  }, [list, onConnected]);
  return { list, view: useSyncExternalStore(list.subscribe, list.view) };
};
