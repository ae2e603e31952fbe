import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useThrottledCallback } from "@mantine/hooks";
import { useEffect } from "react";
import type { TaskSummary } from "#schema/api.ts";
import { useLive } from "../live/live-context.tsx";
import { Hourglass } from "lucide-react";

/** The sentence is asked for again at most this often, and only after something has happened. */
const PACE_MS = 1_500;

/** Why a task waits, in the server's words. Its place in the queue changes when other tasks move, so their facts ask again. */
export const WaitingWords = ({ task }: { readonly task: TaskSummary }) => {
  const { client, store, onRunner } = useLive();
  const answers = useQueryClient();
  const { id } = task;
  const waiting = useQuery({
    queryKey: ["waiting", id, task.seq],
    queryFn: () => client.task(id),
    placeholderData: (old) => old,
  });
  const again = useThrottledCallback(
    () => void answers.invalidateQueries({ queryKey: ["waiting", id] }),
    PACE_MS,
  );
  useEffect(() => {
    const stops = [store.watch(again), onRunner.listen(again)];
    return () => stops.forEach((stop) => stop());
  }, [store, onRunner, again]);
  const words = waiting.data?.waiting;
  if (!words) return null;
  return (
    <p className="waiting-words" data-testid="waiting">
      <Hourglass size={15} aria-hidden="true" /> {words}
    </p>
  );
};
