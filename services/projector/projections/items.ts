import type { Log } from "#infra/log.ts";
import { LostObject, type Objects } from "#infra/nats/objects.ts";
import type { TransactionSql } from "#infra/postgres/connect.ts";
import { eventOf, isTaskFact } from "#schema/envelope.ts";
import type { ItemOutcome, ItemResult, Plan, PlanHead, PlanItem } from "#schema/items.ts";
import { storableJson, storableText } from "../storable.ts";
import type { ReadFact } from "../verify.ts";

interface Ground {
  readonly objects: () => Objects;
  readonly log: Log;
}

interface Result {
  readonly taskId: string;
  readonly at: string;
  readonly attempt: number;
  readonly item: ItemResult;
}

/** Such an item stays as it is, whatever is reported afterwards: the rule of `recordItems`. */
const SETTLED_WELL: readonly ItemOutcome[] = ["done", "unchanged", "skipped"];

/** Executors of the user's report what they like, and one fact that cannot be written would stop all that come after it. */
const INT4_MOST = 2 ** 31 - 1;

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

const writePlan = async (tx: TransactionSql, taskId: string, { items }: Plan): Promise<void> => {
  await tx`delete from items where task_id = ${taskId}`;
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
      ${items.map(detailsOf)}::text[]
    ) as item (index, id, name, skip, note, kind, bytes, details)`;
};

/** An update meets each row once, so only the result that counts is kept of each item. */
const lastOfEach = (results: readonly Result[]): Result[] => {
  const last = new Map<string, Result>();
  for (const result of results) {
    const key = `${result.taskId}/${result.item.index}`;
    const before = last.get(key);
    if (!before || !SETTLED_WELL.includes(before.item.outcome)) last.set(key, result);
  }
  return [...last.values()];
};

const writeResults = async (tx: TransactionSql, reported: readonly Result[]): Promise<void> => {
  if (reported.length === 0) return;
  const results = lastOfEach(reported.filter(({ item }) => item.index <= INT4_MOST));
  await tx`
    update items set outcome = result.outcome, code = result.code, message = result.message, ms = result.ms,
      freed = result.freed, answer = result.answer, at = result.at, attempt = result.attempt
    from unnest(
      ${results.map(({ taskId }) => taskId)}::text[],
      ${results.map(({ item }) => item.index)}::int[],
      ${results.map(({ item }) => item.outcome)}::text[],
      ${results.map(({ item }) => textOrNull(item.code))}::text[],
      ${results.map(({ item }) => textOrNull(item.message))}::text[],
      ${results.map(({ item }) => (item.ms === undefined ? null : Math.min(Math.round(item.ms), INT4_MOST)))}::int[],
      ${results.map(({ item }) => item.freed ?? null)}::bigint[],
      ${results.map(({ item }) => textOrNull(item.answer))}::text[],
      ${results.map(({ at }) => at)}::text[]::timestamptz[],
      ${results.map(({ attempt }) => attempt)}::int[]
    ) as result (task_id, index, outcome, code, message, ms, freed, answer, at, attempt)
    where items.task_id = result.task_id and items.index = result.index
      and (items.outcome is null or items.outcome <> all(${[...SETTLED_WELL]}::text[]))`;
};

const reopen = async (tx: TransactionSql, taskId: string, items: "all" | "failed"): Promise<void> => {
  if (items === "all") await tx`delete from items where task_id = ${taskId}`;
  else
    await tx`update items set outcome = null, code = null, message = null, ms = null, freed = null, answer = null,
      at = null, attempt = null
      where task_id = ${taskId} and outcome = 'failed'`;
};

/** What became of planned items. Results are gathered and written in one go, before anything that changes the rows they are about. */
export const writeItems = async (
  tx: TransactionSql,
  read: readonly ReadFact[],
  ground: Ground,
): Promise<void> => {
  let results: Result[] = [];
  const flush = async (): Promise<void> => {
    await writeResults(tx, results);
    results = [];
  };
  for (const { fact } of read) {
    if (!isTaskFact(fact)) continue;
    const { taskId, at, attempt } = fact;
    const event = eventOf(fact);
    if (event.type === "items-recorded") {
      for (const item of event.items) results.push({ taskId, at, attempt, item });
    } else if (event.type === "planned") {
      await flush();
      await writePlan(tx, taskId, await loadPlan(ground, taskId, event.plan));
    } else if (event.type === "revived") {
      await flush();
      await reopen(tx, taskId, event.items);
    }
  }
  await flush();
};
