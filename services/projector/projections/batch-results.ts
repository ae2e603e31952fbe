import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { BatchResult } from "#schema/batch.ts";
import { isRecordFact } from "#schema/envelope.ts";
import { storableText } from "../storable.ts";
import type { ReadFact } from "../verify.ts";

interface Told {
  readonly batch: string;
  readonly seq: number;
  readonly index: number;
  readonly result: BatchResult;
}

const toldBy = ({ seq, fact }: ReadFact): readonly Told[] => {
  if (!isRecordFact(fact) || fact.about.kind !== "batch" || fact.type !== "progressed") return [];
  const batch = fact.about.id;
  const results = (fact.data["results"] ?? []) as readonly BatchResult[];
  return results.map((result, index) => ({ batch, seq, index, result }));
};

const textOrNull = (text: string | null | undefined): string | null =>
  text === null || text === undefined ? null : storableText(text);

/** What became of each task of a batch. */
export const writeBatchResults = async (tx: TransactionSql, read: readonly ReadFact[]): Promise<void> => {
  const told = read.flatMap(toldBy);
  if (told.length === 0) return;
  // The client takes an array of booleans for one boolean, hence the text.
  await tx`
    insert into batch_results (batch, seq, index, task, ok, state, why, before)
    select batch, seq, index, task, ok, state, why, before from unnest(
      ${told.map(({ batch }) => storableText(batch))}::text[],
      ${told.map(({ seq }) => seq)}::bigint[],
      ${told.map(({ index }) => index)}::int[],
      ${told.map(({ result }) => storableText(result.task))}::text[],
      ${told.map(({ result }) => String(result.ok))}::text[]::bool[],
      ${told.map(({ result }) => storableText(result.state))}::text[],
      ${told.map(({ result }) => textOrNull(result.why))}::text[],
      ${told.map(({ result }) => textOrNull(result.before))}::text[]
    ) as told (batch, seq, index, task, ok, state, why, before)
    on conflict (batch, seq, index) do nothing`;
};
