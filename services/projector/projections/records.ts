import type { TransactionSql } from "#infra/postgres/connect.ts";
import { isRecordFact, type RecordFact } from "#schema/envelope.ts";
import { storableJson, storableText } from "../storable.ts";
import type { ReadFact } from "../verify.ts";

interface Latest {
  readonly kind: string;
  readonly id: string;
  /** Sequence of the fact that made it, as far as these facts tell. */
  readonly born: number;
  readonly seq: number;
  readonly fact: RecordFact;
  /** It ceased to be on the way, so the row there was is of an earlier one. */
  readonly anew: boolean;
}

const latestOfEach = (read: readonly ReadFact[]): readonly Latest[] => {
  const latest = new Map<string, Latest>();
  for (const { seq, fact } of read) {
    if (!isRecordFact(fact)) continue;
    const { kind, id } = fact.about;
    const key = `${kind}:${id}`;
    const before = latest.get(key);
    const ceased = before?.fact.after === null;
    const anew = before?.anew === true || ceased;
    const born = before === undefined || ceased ? seq : before.born;
    latest.set(key, { kind, id: storableText(id), born, seq, fact, anew });
  }
  return [...latest.values()];
};

const remove = async (tx: TransactionSql, gone: readonly Latest[]): Promise<void> => {
  if (gone.length === 0) return;
  await tx`
    delete from records using unnest(
      ${gone.map(({ kind }) => kind)}::text[], ${gone.map(({ id }) => id)}::text[]
    ) as gone (kind, id) where records.kind = gone.kind and records.id = gone.id`;
};

const upsert = async (tx: TransactionSql, there: readonly Latest[]): Promise<void> => {
  if (there.length === 0) return;
  await tx`
    insert into records as r (kind, id, born, seq, at, value)
    select kind, id, born, seq, at, value::jsonb from unnest(
      ${there.map(({ kind }) => kind)}::text[],
      ${there.map(({ id }) => id)}::text[],
      ${there.map(({ born }) => born)}::bigint[],
      ${there.map(({ seq }) => seq)}::bigint[],
      ${there.map(({ fact }) => fact.at)}::text[]::timestamptz[],
      ${there.map(({ fact }) => storableJson(fact.after))}::text[]
    ) as record (kind, id, born, seq, at, value)
    on conflict (kind, id) do update set seq = excluded.seq, at = excluded.at, value = excluded.value
    where r.seq < excluded.seq`;
};

/** Each queue, limit, schedule, batch and template as its last fact leaves it. */
export const writeRecords = async (tx: TransactionSql, read: readonly ReadFact[]): Promise<void> => {
  const latest = latestOfEach(read);
  await remove(
    tx,
    latest.filter(({ fact, anew }) => anew || fact.after === null),
  );
  await upsert(
    tx,
    latest.filter(({ fact }) => fact.after !== null),
  );
};
