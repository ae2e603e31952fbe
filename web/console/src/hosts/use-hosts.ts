import { useThrottledCallback } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLive } from "../live/live-context.tsx";

/** An answer asks every engine: while containers come and go it is asked for at most so often. */
const PACE_MS = 2_000;

/** The container hosts; asked for again when one comes or goes, with `counts` after every change on an engine. */
export const useHosts = ({ counts = false }: { readonly counts?: boolean } = {}) => {
  const { client, onEngine, onRunner, onConnected } = useLive();
  const answers = useQueryClient();
  const paced = useThrottledCallback(
    () => void answers.invalidateQueries({ queryKey: ["hosts"] }, { cancelRefetch: false }),
    PACE_MS,
  );
  useEffect(() => {
    const again = (): void => void answers.invalidateQueries({ queryKey: ["hosts"] });
    const known = new Map<string, boolean>();
    const stops = [
      onRunner.listen(again),
      onConnected.listen(again),
      onEngine.listen(({ host, reachable }) => {
        if (known.get(host) !== reachable) again();
        else if (counts) paced();
        known.set(host, reachable);
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }, [answers, counts, paced, onEngine, onRunner, onConnected]);
  return useQuery({ queryKey: ["hosts"], staleTime: 0, queryFn: () => client.hosts.list() });
};
