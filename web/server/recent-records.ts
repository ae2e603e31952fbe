import { isRecordFact } from "#schema/envelope.ts";
import type { RecordKind, RecordValue } from "#schema/record.ts";
import type { TailListener } from "./tail.ts";

/** Records with the ids of a batch inline have at most 32 KiB, so these are at most 32 MiB. */
const LIMIT = 1_000;

export interface RecentRecord<K extends RecordKind> {
  readonly seq: number;
  /** Null: it is no more. */
  readonly value: RecordValue<K> | null;
}

/** Queues, schedules, batches, templates and limits as the tail last heard of them. */
export interface RecentRecords extends TailListener {
  /** Undefined for one that nothing was heard of lately. */
  get<K extends RecordKind>(kind: K, id: string): RecentRecord<K> | undefined;
  /** Sequence of the last fact about any record of this kind; 0 when nothing was heard. */
  latest(kind: RecordKind): number;
}

export const createRecentRecords = (limit = LIMIT): RecentRecords => {
  const records = new Map<string, RecentRecord<RecordKind>>();
  const latest = new Map<RecordKind, number>();
  return {
    fact: ({ seq }, fact) => {
      if (!isRecordFact(fact)) return;
      const { kind, id } = fact.about;
      const key = `${kind}:${id}`;
      latest.set(kind, seq);
      records.delete(key);
      records.set(key, { seq, value: fact.after });
      if (records.size <= limit) return;
      const [oldest] = records.keys();
      if (oldest !== undefined) records.delete(oldest);
    },
    cut: () => records.clear(),
    get: <K extends RecordKind>(kind: K, id: string) =>
      records.get(`${kind}:${id}`) as RecentRecord<K> | undefined,
    latest: (kind) => latest.get(kind) ?? 0,
  };
};
