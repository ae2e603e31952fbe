import { isUtf8 } from "node:buffer";
import type { TransactionSql } from "#infra/postgres/connect.ts";
import { type Fact, isRecordFact, isTaskFact } from "#schema/envelope.ts";
import { jsonColumn } from "../json-column.ts";
import { storableJson, storableText } from "../storable.ts";
import type { ReadFact } from "../verify.ts";

const aboutOf = (fact: Fact): string | null =>
  isRecordFact(fact) ? storableText(`${fact.about.kind}:${fact.about.id}`) : null;

const OPENING_BRACE = 0x7b;

interface Sent {
  readonly json: string;
  /** The bytes where they are not those of the JSON. */
  readonly hex: string | null;
}

/**
 * The bytes of a fact are sent once: Postgres makes the jsonb from them. Escapes are what it may refuse, and what is not
 * UTF-8 or begins with a byte order mark is no text: such a fact is sent as storable JSON and as bytes.
 */
const sent = ({ fact, bytes }: ReadFact): Sent => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer[0] === OPENING_BRACE && !buffer.includes("\\u") && isUtf8(buffer))
    return { json: buffer.toString(), hex: null };
  return { json: storableJson(fact), hex: buffer.toString("hex") };
};

/** Inserts facts with their exact bytes; a fact that is there already stays as it is. */
export const writeFacts = async (tx: TransactionSql, read: readonly ReadFact[]): Promise<void> => {
  const column = <T>(value: (fact: ReadFact) => T): T[] => read.map(value);
  const bodies = read.map(sent);
  await tx`
    insert into facts (seq, subject, type, task_id, about, n, at, hash, fact, bytes)
    select seq, subject, type, task_id, about, n, at, hash, json::jsonb,
      coalesce(decode(hex, 'hex'), convert_to(json, 'UTF8'))
    from unnest(
      ${column(({ seq }) => seq)}::bigint[],
      ${column(({ subject }) => subject)}::text[],
      ${column(({ fact }) => fact.type)}::text[],
      ${column(({ fact }) => (isTaskFact(fact) ? fact.taskId : null))}::text[],
      ${column(({ fact }) => aboutOf(fact))}::text[],
      ${column(({ fact }) => (isTaskFact(fact) ? fact.n : null))}::int[],
      ${column(({ fact }) => fact.at)}::text[]::timestamptz[],
      ${column(({ hash }) => hash)}::text[],
      string_to_array(${jsonColumn(bodies.map(({ json }) => json))}::text, chr(30), ''),
      ${bodies.map(({ hex }) => hex)}::text[]
    ) as fact (seq, subject, type, task_id, about, n, at, hash, json, hex)
    on conflict (seq) do nothing`;
};
