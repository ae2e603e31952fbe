import type { Log } from "#infra/log.ts";
import { LostObject, type Objects } from "#infra/nats/objects.ts";
import type { TransactionSql } from "#infra/postgres/connect.ts";
import { eventOf, isTaskFact } from "#schema/envelope.ts";
import type { Plan, PlanHead, PlanItem } from "#schema/items.ts";
import type { Folded } from "../fold-facts.ts";
import { jsonColumn } from "../json-column.ts";
import { storableJson, storableText } from "../storable.ts";
import type { ReadFact } from "../verify.ts";
import { writeLedger } from "./ledger.ts";
import { SETTLED_WELL, type Told, toldBy } from "./told-results.ts";

interface Ground {
  readonly objects: () => Objects;
  readonly log: Log;
}

const textOrNull = (text: string | undefined): string | null =>
  text === undefined ? null : storableText(text);

const loadPlan = async (ground: Ground, taskId: string, head: PlanHead): Promise<Plan> => {
  try {
    return await ground.objects().load(head.plan);
  } catch (error) {
    if (!(error instanceof LostObject)) throw error;
    ground.log.error({ taskId, plan: head.number }, `the items of a plan cannot be shown: ${error.message}`);
    return { items: [] };
  }
};

/** All that has no column of its own. */
const detailsOf = (item: PlanItem): string => {
  const { id: _id, name: _name, skip: _skip, note: _note, kind: _kind, bytes: _bytes, ...details } = item;
  return storableJson(details);
};

const clear = async (tx: TransactionSql, taskId: string): Promise<void> => {
  await tx`delete from items where task_id = ${taskId}`;
};

const writePlan = async (tx: TransactionSql, taskId: string, { items }: Plan): Promise<void> => {
  await clear(tx, taskId);
  if (items.length === 0) return;
  await tx`
    insert into items (task_id, index, id, name, skip, note, kind, bytes, details)
    select ${taskId}, index, id, name, skip, note, kind, bytes, details::jsonb
    from unnest(
      ${items.map((_, index) => index)}::int[],
      ${items.map(({ id }) => storableText(id))}::text[],
      ${items.map(({ name }) => storableText(name))}::text[],
      ${items.map(({ skip }) => textOrNull(skip))}::text[],
      ${items.map(({ note }) => textOrNull(note))}::text[],
      ${items.map(({ kind }) => textOrNull(kind))}::text[],
      ${items.map(({ bytes }) => bytes ?? null)}::bigint[],
      string_to_array(${jsonColumn(items.map(detailsOf))}::text, chr(30), '')
    ) as item (index, id, name, skip, note, kind, bytes, details)`;
};

/** An update meets each row once, so only the result that counts is kept of each item. */
const lastOfEach = (results: readonly Told[]): Told[] => {
  const last = new Map<string, Told>();
  for (const result of results) {
    const key = `${result.taskId}/${result.item.index}`;
    const before = last.get(key);
    if (!before || !SETTLED_WELL.includes(before.item.outcome)) last.set(key, result);
  }
  return [...last.values()];
};

const writeResults = async (tx: TransactionSql, told: readonly Told[]): Promise<void> => {
  if (told.length === 0) return;
  await writeLedger(tx, told);
  const results = lastOfEach(told);
  await tx`
    update items set outcome = result.outcome, code = result.code, message = result.message, ms = result.ms,
      freed = result.freed, answer = result.answer, at = result.at, attempt = result.attempt
    from unnest(
      ${results.map(({ taskId }) => taskId)}::text[],
      ${results.map(({ item }) => item.index)}::int[],
      ${results.map(({ item }) => item.outcome)}::text[],
      ${results.map(({ item }) => textOrNull(item.code))}::text[],
      ${results.map(({ item }) => textOrNull(item.message))}::text[],
      ${results.map(({ ms }) => ms)}::int[],
      ${results.map(({ item }) => item.freed ?? null)}::bigint[],
      ${results.map(({ item }) => textOrNull(item.answer))}::text[],
      ${results.map(({ at }) => at)}::text[]::timestamptz[],
      ${results.map(({ attempt }) => attempt)}::int[]
    ) as result (task_id, index, outcome, code, message, ms, freed, answer, at, attempt)
    where items.task_id = result.task_id and items.index = result.index
      and (items.outcome is null or items.outcome <> all(${[...SETTLED_WELL]}::text[]))`;
};

const reopenFailed = async (tx: TransactionSql, taskId: string): Promise<void> => {
  await tx`update items set outcome = null, code = null, message = null, ms = null, freed = null, answer = null,
    at = null, attempt = null
    where task_id = ${taskId} and outcome = 'failed'`;
};

/** What a fact does to the rows that results are about; undefined when nothing. */
const changeOf = (
  ground: Ground,
  { fact }: ReadFact,
): ((tx: TransactionSql) => Promise<void>) | undefined => {
  if (!isTaskFact(fact)) return undefined;
  const { taskId } = fact;
  const event = eventOf(fact);
  if (event.type === "planned")
    return async (tx) => writePlan(tx, taskId, await loadPlan(ground, taskId, event.plan));
  if (event.type === "plan-discarded") return (tx) => clear(tx, taskId);
  if (event.type === "revived")
    return (tx) => (event.items === "all" ? clear(tx, taskId) : reopenFailed(tx, taskId));
  return undefined;
};

/**
 * How planned items stand, and the ledger of what became of them. Results are gathered and written in one go, before anything
 * that changes the rows they are about.
 */
export const writeItems = async (
  tx: TransactionSql,
  { facts: read, plans }: Pick<Folded, "facts" | "plans">,
  ground: Ground,
): Promise<void> => {
  let results: Told[] = [];
  const flush = async (): Promise<void> => {
    await writeResults(tx, results);
    results = [];
  };
  for (const one of read) {
    results.push(...toldBy(one, plans.get(one.seq)));
    const change = changeOf(ground, one);
    if (!change) continue;
    await flush();
    await change(tx);
  }
  await flush();
};
