import type { TransactionSql } from "#infra/postgres/connect.ts";
import { isRunnerFact, type RunnerFact } from "#schema/envelope.ts";
import { storableJson, storableText } from "../storable.ts";
import type { ReadFact } from "../verify.ts";

const STATE: Record<RunnerFact["type"], string> = { joined: "present", left: "left", lost: "lost" };

const join = async (tx: TransactionSql, seq: number, { runner, data, at }: RunnerFact): Promise<void> => {
  const text = (key: string): string => {
    const value = data[key];
    return typeof value === "string" ? storableText(value) : "";
  };
  const types = storableJson(Array.isArray(data["types"]) ? data["types"] : []);
  await tx`
    insert into runners as r (id, seq, state, boot, slots, types, host, since)
    values (${runner}, ${seq}, ${STATE.joined}, ${text("boot")}, ${Number(data["slots"] ?? 0)},
      ${types}::text::jsonb, ${text("host")}, ${at}::text::timestamptz)
    on conflict (id) do update set seq = excluded.seq, state = excluded.state, boot = excluded.boot,
      slots = excluded.slots, types = excluded.types, host = excluded.host,
      since = case when r.boot = excluded.boot and r.state = ${STATE.joined} then r.since else excluded.since end
    where r.seq < excluded.seq`;
};

/** Who is there, who left, who was declared lost. */
export const writeRunners = async (tx: TransactionSql, read: readonly ReadFact[]): Promise<void> => {
  for (const { seq, fact } of read) {
    if (!isRunnerFact(fact)) continue;
    if (fact.type === "joined") await join(tx, seq, fact);
    else
      await tx`update runners set seq = ${seq}, state = ${STATE[fact.type]}, since = ${fact.at}::text::timestamptz
        where id = ${fact.runner} and seq < ${seq}`;
  }
};
