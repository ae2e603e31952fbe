import { useThrottledCallback } from "@mantine/hooks";
import { useEffect } from "react";
import type { RecordKind } from "#schema/record.ts";
import { useLive } from "./live-context.tsx";

interface Causes {
  /** Facts about records of these kinds. */
  readonly records?: readonly RecordKind[];
  /** Any change of a task. */
  readonly tasks?: boolean;
  /** Facts about runners. */
  readonly runners?: boolean;
  /** At most this often, ms. */
  readonly paceMs?: number;
}

/** Asks again when a fact says that the answer may have changed, and after the line was away; never by a timer alone. */
export const useFresh = (
  again: () => unknown,
  { records = [], tasks = false, runners = false, paceMs = 700 }: Causes,
): void => {
  const { store, onRecord, onRunner, onConnected } = useLive();
  const paced = useThrottledCallback(() => void again(), paceMs);
  const kinds = records.join();
  useEffect(() => {
    const wanted = new Set(kinds.split(","));
    const stops = [
      onConnected.listen(paced),
      store.onReset(paced),
      onRecord.listen(({ fact }) => wanted.has(fact.about.kind) && paced()),
    ];
    if (tasks) stops.push(store.watch(paced));
    if (runners) stops.push(onRunner.listen(paced));
    return () => stops.forEach((stop) => stop());
  }, [store, onRecord, onRunner, onConnected, paced, kinds, tasks, runners]);
};
