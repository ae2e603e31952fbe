import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useLive } from "../live/live-context.tsx";
import { TaskHistory } from "./task-history.ts";

export const useHistory = (id: string): { history: TaskHistory; view: ReturnType<TaskHistory["view"]> } => {
  const { client, store } = useLive();
  const history = useMemo(() => new TaskHistory(client, store, id), [client, store, id]);
  useEffect(() => {
    history.open();
    return () => history.close();
  }, [history]);
  return { history, view: useSyncExternalStore(history.subscribe, history.view) };
};
