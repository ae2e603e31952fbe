import type { TransactionSql } from "#infra/postgres/connect.ts";
import { storableText } from "../storable.ts";
import { SETTLED_WELL, type Told } from "./told-results.ts";

const textOrNull = (text: string | undefined): string | null =>
  text === undefined ? null : storableText(text);

/** Characters of an item's id: it is found by an index, whose rows take 2.7 kB, and types of the user's may have longer ones. */
const LONGEST_ID = 600;

/**
 * Results that changed how an item stands: none after it was settled well, as `recordItems` counts them. An intent is no deed,
 * and a report does nothing to anything.
 */
const deeds = (told: readonly Told[]): Told[] => {
  const settled = new Set<string>();
  return told.filter(({ taskId, item, plan }) => {
    if (plan?.dryRun === true) return false;
    const key = `${taskId}/${item.index}`;
    if (item.outcome === "begun" || settled.has(key)) return false;
    if (SETTLED_WELL.includes(item.outcome)) settled.add(key);
    return true;
  });
};

/** Adds results to the ledger, before the rows of `items` they are about take them up: those still say how each item stood. */
export const writeLedger = async (tx: TransactionSql, told: readonly Told[]): Promise<void> => {
  const results = deeds(told);
  if (results.length === 0) return;
  await tx`
    insert into ledger (seq, place, task_id, at, attempt, item_id, name, kind, host, engine, outcome, code, message, ms,
      bytes, freed, answer)
    select told.seq, told.place, told.task_id, told.at, told.attempt, left(items.id, ${LONGEST_ID}), items.name, items.kind, told.host,
      told.engine, told.outcome, told.code, told.message, told.ms, items.bytes, told.freed, told.answer
    from unnest(
      ${results.map(({ seq }) => seq)}::bigint[],
      ${results.map(({ place }) => place)}::int[],
      ${results.map(({ taskId }) => taskId)}::text[],
      ${results.map(({ item }) => item.index)}::int[],
      ${results.map(({ at }) => at)}::text[]::timestamptz[],
      ${results.map(({ attempt }) => attempt)}::int[],
      ${results.map(({ plan }) => textOrNull(plan?.engine?.host))}::text[],
      ${results.map(({ plan }) => textOrNull(plan?.engine?.id))}::text[],
      ${results.map(({ item }) => item.outcome)}::text[],
      ${results.map(({ item }) => textOrNull(item.code))}::text[],
      ${results.map(({ item }) => textOrNull(item.message))}::text[],
      ${results.map(({ ms }) => ms)}::int[],
      ${results.map(({ item }) => item.freed ?? null)}::bigint[],
      ${results.map(({ item }) => textOrNull(item.answer))}::text[]
    ) as told (seq, place, task_id, index, at, attempt, host, engine, outcome, code, message, ms, freed, answer)
    join items on items.task_id = told.task_id and items.index = told.index
    where items.outcome is null or items.outcome <> all(${[...SETTLED_WELL]}::text[])
    on conflict (seq, place) do nothing`;
};
