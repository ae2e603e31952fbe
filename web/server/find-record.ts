import type { RecordKind } from "#schema/record.ts";
import type { Edge } from "./edge.ts";
import { notFound } from "./problems.ts";
import { readRecord, type Row } from "./queries/records.ts";
import { readModelHas } from "./read-model.ts";

/** The read model is a moment behind the journal; what was just made shall be found in its lists. Milliseconds. */
const PATIENCE_MS = 2_000;

/** Waits until the read model holds what the edge has heard of records of these kinds, within reason. */
export const recordsCaughtUp = ({ history, records }: Edge, ...kinds: RecordKind[]): Promise<boolean> =>
  readModelHas(history, Math.max(...kinds.map((kind) => records.latest(kind))), PATIENCE_MS);

/** The newest there is to know of a record; null when there is none. Throws a 503 problem without Postgres. */
export const lookUpRecord = async <K extends RecordKind>(
  { history, records }: Edge,
  kind: K,
  id: string,
): Promise<Row<K> | null> => {
  const heard = records.get(kind, id);
  if (heard) return heard.value === null ? null : { ...heard.value, seq: heard.seq };
  return history.read((sql) => readRecord(sql, kind, id));
};

/** As `lookUpRecord`; throws a 404 problem when there is none. */
export const findRecord = async <K extends RecordKind>(edge: Edge, kind: K, id: string): Promise<Row<K>> => {
  const found = await lookUpRecord(edge, kind, id);
  if (found === null) throw notFound(`There is no ${kind} ${id}.`);
  return found;
};
