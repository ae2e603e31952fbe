import { useDebouncedCallback } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { useLive, useTask } from "../live/live-context.tsx";
import { newKey } from "../submit/new-key.ts";

const DISK_USAGE = "docker.disk-usage";
/** The read model is some moments behind the facts. */
const QUIET_MS = 500;
const LATEST_MS = 2_000;
const AGAIN_MS = 1_000;

/** Grows with every fact of the tasks whose type begins so. */
const useMoves = (types: string): number => {
  const { store } = useLive();
  const subscribe = useCallback((listener: () => void) => store.watch(listener), [store]);
  return useSyncExternalStore(subscribe, () => {
    let latest = 0;
    for (const { summary } of store.all()) {
      if (summary.type.startsWith(types)) latest = Math.max(latest, summary.seq);
    }
    return latest;
  });
};

const useAgainAfter = (again: () => unknown, types: string): void => {
  const { onConnected } = useLive();
  const moves = useMoves(types);
  const paced = useDebouncedCallback(() => void again(), { delay: QUIET_MS, maxWait: LATEST_MS });
  useEffect(() => {
    if (moves > 0) paced();
  }, [moves, paced]);
  useEffect(() => onConnected.listen(paced), [onConnected, paced]);
};

/** Disk use of a host as it was measured last, and the wish to measure it now. */
export const useDisk = (host: string) => {
  const { client, store } = useLive();
  const [asked, setAsked] = useState<string | null>(null);
  const task = useTask(asked ?? "")?.summary;
  useEffect(() => (asked === null ? undefined : store.need(asked)), [store, asked]);
  const done = task?.state === "completed";
  const disk = useQuery({
    queryKey: ["disk", host],
    staleTime: 0,
    queryFn: () => client.hosts.disk(host),
    // What was measured here is waited for, however far the read model is behind.
    refetchInterval: ({ state }) => done && state.data?.task !== asked && AGAIN_MS,
  });
  useAgainAfter(disk.refetch, DISK_USAGE);
  const measure = useMutation({
    mutationFn: () => client.submit({ type: DISK_USAGE, payload: { host } }, { idempotencyKey: newKey() }),
    onSuccess: ({ id }) => setAsked(id),
  });
  return {
    disk,
    measure: () => measure.mutate(),
    /** The wish could not be told, or came to nothing. */
    problem: measure.error ?? task?.error ?? null,
    busy: measure.isPending || (asked !== null && task?.tag !== "settled"),
  };
};

/** The last maintenance runs of a host. */
export const useRuns = (host: string, limit: number) => {
  const { client } = useLive();
  const runs = useQuery({
    queryKey: ["host-runs", host, limit],
    staleTime: 0,
    queryFn: () => client.hosts.runs(host, limit),
  });
  useAgainAfter(runs.refetch, "docker.");
  return runs;
};
