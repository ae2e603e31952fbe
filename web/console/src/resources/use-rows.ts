import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { HostInfo, HostList } from "#schema/host-api.ts";
import { useLive } from "../live/live-context.tsx";
import { concerns } from "./concerns.ts";

/** Engines tell of every step of every container; the list is asked for once they are quiet for so long … */
const QUIET_MS = 200;
/** … or at the latest after so long, so that a long run is seen to move. */
const LATEST_MS = 700;

/** One list of one host; asked for again when its engine says that something changed, never by a clock. */
export const useRows = <L extends HostList>(host: HostInfo, list: L) => {
  const { client, onEngine, onConnected } = useLive();
  const answers = useQueryClient();
  const { name } = host;
  const again = useDebouncedCallback(
    () => void answers.invalidateQueries({ queryKey: ["rows", name, list] }, { cancelRefetch: false }),
    { delay: QUIET_MS, maxWait: LATEST_MS },
  );
  useEffect(() => {
    const stops = [
      onEngine.listen((change) => concerns(change, name, list) && again()),
      onConnected.listen(again),
    ];
    return () => stops.forEach((stop) => stop());
  }, [name, list, again, onEngine, onConnected]);
  return useQuery({
    queryKey: ["rows", name, list],
    // Stale when one comes back to the page: nobody listened meanwhile.
    staleTime: 0,
    queryFn: () => client.hosts.rows(name, list),
  });
};
