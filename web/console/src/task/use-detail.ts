import { useQuery } from "@tanstack/react-query";
import type { TaskSummary } from "#schema/api.ts";
import { useLive } from "../live/live-context.tsx";
import { useFresh } from "../live/use-fresh.ts";

/** The server's account is asked for again at most this often, and only after something has happened. */
const PACE_MS = 1_500;

/** What only the server can say of a task: why it waits, and what it has to do with others. */
export const useDetail = (task: TaskSummary) => {
  const { client } = useLive();
  const { id } = task;
  const detail = useQuery({
    queryKey: ["detail", id, task.seq],
    queryFn: () => client.task(id),
    placeholderData: (old) => old,
  });
  useFresh(detail.refetch, { tasks: true, runners: true, records: ["queue", "limit"], paceMs: PACE_MS });
  return detail.data?.id === id ? detail.data : undefined;
};
