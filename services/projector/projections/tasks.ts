import type { TransactionSql } from "#infra/postgres/connect.ts";
import { fingerprintOf } from "#schema/fingerprint.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import { definitionOf, tagOf, topState } from "#schema/task.evolve.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import { jsonColumn } from "../json-column.ts";
import type { LiveTask } from "../live-tasks.ts";
import { storableJson, storableText } from "../storable.ts";
import { isMaintenance, namedHost } from "./maintained-host.ts";

const scheduleOf = ({ submittedBy: { kind, id } }: TaskDefinition): string | null =>
  kind === "schedule" ? id : null;

const textOrNull = (text: string | undefined): string | null =>
  text === undefined ? null : storableText(text);

const jsonOrNull = (value: unknown): string | null => (value === undefined ? null : storableJson(value));

/** Dead letters are the failed tasks; the group is kept with them so that it can be counted and picked. */
const groupOf = ({ state, context }: FoldedTask): string | null => {
  if (topState(state) !== "failed") return null;
  return fingerprintOf(definitionOf(context).type, context.error ?? { code: "unknown", message: "" });
};

/** Upserts the latest state of each task; an older state never replaces a newer one. `runners`: who was last assigned which. */
export const writeTasks = async (
  tx: TransactionSql,
  changed: readonly LiveTask[],
  runners: ReadonlyMap<string, string>,
): Promise<void> => {
  if (changed.length === 0) return;
  const column = <T>(value: (task: FoldedTask) => T): T[] => changed.map(({ task }) => value(task));
  await tx`
    insert into tasks as t (id, born, seq, n, state, top, tag, type, name, queue, priority, labels,
      submitted_at, started_at, settled_at, updated_at, context, parent, retry_of, schedule, comes_after, fingerprint,
      ran_on, host, stuck)
    select id, born, seq, n, state, top, tag, type, name, queue, priority, labels::jsonb,
      submitted_at, started_at, settled_at, updated_at, context::jsonb, parent, retry_of, schedule,
      case when comes_after is not null then array(select jsonb_array_elements_text(comes_after::jsonb)) end,
      fingerprint, ran_on, coalesce(host, ran_on), stuck::jsonb
    from unnest(
      ${column(({ id }) => id)}::text[],
      ${column(({ born }) => born)}::bigint[],
      ${column(({ seq }) => seq)}::bigint[],
      ${column(({ n }) => n)}::int[],
      ${column(({ state }) => state)}::text[],
      ${column(({ state }) => topState(state))}::text[],
      ${column(({ state }) => tagOf(state))}::text[],
      ${column(({ context }) => storableText(definitionOf(context).type))}::text[],
      ${column(({ context }) => storableText(definitionOf(context).name))}::text[],
      ${column(({ context }) => definitionOf(context).queue)}::text[],
      ${column(({ context }) => context.priority)}::text[],
      string_to_array(${jsonColumn(column(({ context }) => storableJson(definitionOf(context).labels)))}::text, chr(30), ''),
      ${column(({ context }) => definitionOf(context).submittedAt)}::text[]::timestamptz[],
      ${column(({ startedAt }) => startedAt)}::text[]::timestamptz[],
      ${column(({ settledAt }) => settledAt)}::text[]::timestamptz[],
      ${column(({ updatedAt }) => updatedAt)}::text[]::timestamptz[],
      string_to_array(${jsonColumn(column(({ context }) => storableJson(context)))}::text, chr(30), ''),
      ${column(({ context }) => definitionOf(context).parent ?? null)}::text[],
      ${column(({ context }) => textOrNull(definitionOf(context).retryOf))}::text[],
      ${column(({ context }) => scheduleOf(definitionOf(context)))}::text[],
      ${column(({ context }) => jsonOrNull(definitionOf(context).after))}::text[],
      ${changed.map(({ task }) => groupOf(task))}::text[],
      ${column((task) => (isMaintenance(task) ? (runners.get(task.id) ?? null) : null))}::text[],
      ${column((task) => textOrNull(namedHost(task)))}::text[],
      ${column(({ stuck }) => (stuck === null ? null : storableJson(stuck)))}::text[]
    ) as task (id, born, seq, n, state, top, tag, type, name, queue, priority, labels,
      submitted_at, started_at, settled_at, updated_at, context, parent, retry_of, schedule, comes_after, fingerprint,
      ran_on, host, stuck)
    on conflict (id) do update set
      seq = excluded.seq, n = excluded.n, state = excluded.state, top = excluded.top, tag = excluded.tag,
      type = excluded.type, name = excluded.name, queue = excluded.queue, priority = excluded.priority,
      labels = excluded.labels, submitted_at = excluded.submitted_at, started_at = excluded.started_at,
      settled_at = excluded.settled_at, updated_at = excluded.updated_at, context = excluded.context,
      fingerprint = excluded.fingerprint, ran_on = coalesce(excluded.ran_on, t.ran_on),
      host = coalesce(excluded.host, t.ran_on), stuck = excluded.stuck
    where t.seq < excluded.seq`;
};
