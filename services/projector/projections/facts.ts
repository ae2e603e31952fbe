import type { TransactionSql } from "#infra/postgres/connect.ts";
import { type Fact, isRecordFact, isTaskFact } from "#schema/envelope.ts";
import { storableJson, storableText } from "../storable.ts";
import type { ReadFact } from "../verify.ts";

const aboutOf = (fact: Fact): string | null =>
  isRecordFact(fact) ? storableText(`${fact.about.kind}:${fact.about.id}`) : null;

/** Inserts facts with their exact bytes; a fact that is there already stays as it is. */
export const writeFacts = async (tx: TransactionSql, read: readonly ReadFact[]): Promise<void> => {
  const column = <T>(value: (fact: ReadFact) => T): T[] => read.map(value);
  // The client takes an array of buffers for one buffer, hence the hex.
  await tx`
    insert into facts (seq, subject, type, task_id, about, n, at, hash, fact, bytes)
    select seq, subject, type, task_id, about, n, at, hash, fact::jsonb, decode(hex, 'hex')
    from unnest(
      ${column(({ seq }) => seq)}::bigint[],
      ${column(({ subject }) => subject)}::text[],
      ${column(({ fact }) => fact.type)}::text[],
      ${column(({ fact }) => (isTaskFact(fact) ? fact.taskId : null))}::text[],
      ${column(({ fact }) => aboutOf(fact))}::text[],
      ${column(({ fact }) => (isTaskFact(fact) ? fact.n : null))}::int[],
      ${column(({ fact }) => fact.at)}::text[]::timestamptz[],
      ${column(({ hash }) => hash)}::text[],
      ${column(({ fact }) => storableJson(fact))}::text[],
      ${column(({ bytes }) => Buffer.from(bytes).toString("hex"))}::text[]
    ) as fact (seq, subject, type, task_id, about, n, at, hash, fact, hex)
    on conflict (seq) do nothing`;
};
