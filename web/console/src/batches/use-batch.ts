import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { BatchRow } from "#schema/record-api.ts";
import type { HeardRecord } from "../live/live.ts";
import { useLive } from "../live/live-context.tsx";
import { batchHeard } from "./batch-heard.ts";

/** One batch, kept up to date by its own facts. */
export const useBatch = (id: string) => {
  const { client, store, onRecord, onConnected } = useLive();
  const answers = useQueryClient();
  const batch = useQuery({
    queryKey: ["batch", id],
    queryFn: async () => {
      const answer = await client.batches.get(id);
      // A fact may have overtaken the answer.
      const heard = answers.getQueryData<BatchRow>(["batch", id]);
      return heard !== undefined && heard.seq > answer.seq ? heard : answer;
    },
    staleTime: 0,
  });
  const { refetch } = batch;
  useEffect(() => {
    const hear = (heard: HeardRecord): void => {
      answers.setQueryData<BatchRow>(["batch", id], (before) => batchHeard(before, id, heard));
    };
    const again = (): void => void refetch();
    const stops = [onRecord.listen(hear), onConnected.listen(again), store.onReset(again)];
    return () => stops.forEach((stop) => stop());
  }, [answers, store, onRecord, onConnected, refetch, id]);
  return batch;
};
