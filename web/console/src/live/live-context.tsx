import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useSyncExternalStore,
} from "react";
import type { Counts } from "./task-counts.ts";
import type { Live } from "./live.ts";
import type { Value } from "./signal.ts";
import type { TaskRecord } from "./task-store.ts";

const LiveContext = createContext<Live | null>(null);

export const LiveProvider = ({ live, children }: { readonly live: Live; readonly children: ReactNode }) => (
  <LiveContext.Provider value={live}>{children}</LiveContext.Provider>
);

export const useLive = (): Live => {
  const live = useContext(LiveContext);
  if (live === null) throw new Error("useLive outside of LiveProvider");
  return live;
};

export const useValue = <T,>(value: Value<T>): T => useSyncExternalStore(value.subscribe, value.get);

/** One task's record: a row is drawn again only when its own task changes. */
export const useTask = (id: string): TaskRecord | undefined => {
  const { store } = useLive();
  const subscribe = useCallback((listener: () => void) => store.subscribe(id, listener), [store, id]);
  return useSyncExternalStore(subscribe, () => store.get(id));
};

/** The counts of the dock. */
export const useCounts = (): Counts => {
  const { store } = useLive();
  const subscribe = useCallback((listener: () => void) => store.watch(listener), [store]);
  return useSyncExternalStore(subscribe, store.counts);
};

/** True from the moment the line to the server is lost until it is back. */
export const useOffline = (): boolean =>
  ["reconnecting", "denied", "closed"].includes(useValue(useLive().link).state);

/** Title of the browser tab. */
export const useTitle = (title: string): void => {
  useEffect(() => {
    document.title = title === "" ? "Longshore" : `${title} · Longshore`;
  }, [title]);
};
