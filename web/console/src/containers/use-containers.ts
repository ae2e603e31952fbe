import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { EngineInfo } from "#schema/api.ts";
import { useLive } from "../live/live-context.tsx";

/** Engines tell of every step of every container; the list is asked for once they are quiet for so long … */
const QUIET_MS = 200;
/** … or at the latest after so long, so that a long run is seen to move. */
const LATEST_MS = 700;

/** The runners' engines. */
export const useEngines = () => {
  const { client, onEngine, onRunner, onConnected } = useLive();
  const answers = useQueryClient();
  useEffect(() => {
    const again = (): void => void answers.invalidateQueries({ queryKey: ["hosts"] });
    const known = new Map<string, boolean>();
    const stops = [
      onRunner.listen(again),
      onConnected.listen(again),
      onEngine.listen(({ runner, reachable }) => {
        if (known.get(runner) !== reachable) again();
        known.set(runner, reachable);
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, [answers, onEngine, onRunner, onConnected]);
  return useQuery({
    queryKey: ["hosts"],
    queryFn: () => client.hosts.list() as never as Promise<{ items: readonly EngineInfo[] }>,
  });
};

/** The containers of one engine; asked for again when the engine says that something changed, never by a clock. */
export const useContainers = (runner: string | null) => {
  const { client, onEngine, onConnected } = useLive();
  const answers = useQueryClient();
  const again = useDebouncedCallback(
    () => void answers.invalidateQueries({ queryKey: ["containers", runner] }, { cancelRefetch: false }),
    { delay: QUIET_MS, maxWait: LATEST_MS },
  );
  useEffect(() => {
    const stops = [
      onEngine.listen((change) => change.runner === runner && again()),
      onConnected.listen(again),
    ];
    return () => stops.forEach((stop) => stop());
  }, [runner, again, onEngine, onConnected]);
  return useQuery({
    queryKey: ["containers", runner],
    enabled: runner !== null,
    // Stale when one comes back to the page: nobody listened meanwhile.
    staleTime: 0,
    queryFn: () => client.hosts.rows(runner ?? "", "containers"),
  });
};
