import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readRunRecord } from "#infra/embedded/run-record.ts";
import { waitUntil } from "#infra/embedded/wait-until.ts";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { follow, streamExtent } from "#infra/nats/follow.ts";
import { ask } from "#infra/nats/serve.ts";
import { connectSql } from "#infra/postgres/connect.ts";
import { CAPABILITIES } from "#schema/policy.ts";
import { commandSubject, JOURNAL } from "#schema/subjects.ts";
import type { SubmitManyReply, SubmitManyWish, WishReply } from "#schema/wishes.ts";
import { startStack, type TestStack } from "../support/product.ts";
import { type Cells, cellsOf } from "./cells.ts";
import { now } from "./load.ts";

const ANSWER_MS = 60_000;
const CATCH_UP_MS = 120_000;
/** Tasks in one wish when many are submitted, and such wishes on their way at once. */
const PER_WISH = 1_000;
const ABREAST = 2;
const by = { actor: { kind: "user", id: "bench" }, capabilities: CAPABILITIES } as const;

/** The whole product at work, as `npm start` runs it, and an edge that submits as the web server does. */
export interface Longshore {
  readonly stack: TestStack;
  readonly connection: NatsConnection;
  readonly cells: Cells;
  /** Milliseconds from now until the read model has all that the journal holds now. */
  lag(): Promise<number>;
  submit(payload: object): Promise<WishReply>;
  stop(): Promise<void>;
}

interface Options {
  readonly program: string;
  /** Tasks active at once, and slots of the one runner. */
  readonly atOnce: number;
  /** Arguments for every node process, for a profile. */
  readonly node?: readonly string[];
}

const connectEdge = async (stack: TestStack): Promise<NatsConnection> => {
  const record = readRunRecord(stack.data);
  if (!record || record.seedFolder === null) throw new Error("the stack left no record of its servers");
  return connectNats({ url: record.natsUrl, seedFile: join(record.seedFolder, "web.seed"), user: "web" });
};

export const startLongshore = async ({ program, atOnce, node = [] }: Options): Promise<Longshore> => {
  const number = String(atOnce);
  const stack = await startStack({
    program: [...node, program],
    // Left at its 80 %, a benchmark would measure how well Longshore holds itself back.
    env: { LONGSHORE_CONCURRENCY: number, LONGSHORE_SLOTS: number, LONGSHORE_CPU_LIMIT: "100" },
  });
  const connection = await connectEdge(stack);
  let wishes = 0;
  const submit = async (payload: object): Promise<WishReply> => {
    wishes += 1;
    const wish = { id: `bench-${wishes}`, by, task: { type: "noop", payload } };
    const reply = await ask<WishReply>(connection, commandSubject("submit"), wish, ANSWER_MS);
    if (!reply.ok && reply.code !== "unknown-type") throw new Error(`${reply.code}: ${reply.message}`);
    return reply;
  };
  const submitMany = async (size: number): Promise<void> => {
    wishes += 1;
    const tasks = Array.from({ length: size }, () => ({ type: "noop", payload: { at: now() } }));
    const wish: SubmitManyWish = { id: `bench-${wishes}`, by, tasks };
    const reply = await ask<SubmitManyReply>(connection, commandSubject("submit-many"), wish, ANSWER_MS);
    const refused = reply.ok ? reply.replies.find(({ ok }) => !ok) : reply;
    if (refused && !refused.ok) throw new Error(`${refused.code}: ${refused.message}`);
  };
  let reading: { stop(): Promise<void> } | undefined;
  const add = (): Promise<unknown> => submit({ at: now() });
  const cells = cellsOf({
    add,
    addMany: async (count) => {
      let left = count;
      const lane = async (): Promise<void> => {
        while (left > 0) {
          const size = Math.min(PER_WISH, left);
          left -= size;
          await submitMany(size);
        }
      };
      await Promise.all(Array.from({ length: ABREAST }, lane));
    },
    // What is counted is durable: `completed` as the journal tells it.
    work: async ({ begun, completed }) => {
      reading = await follow(connection, {
        stream: JOURNAL,
        from: 1,
        filter: "task.*.completed.*",
        each: (message) => {
          const { data, whole } = message.json<{
            data: { result: { value: number } };
            whole: { definition: { payload: { value: { at: number } } } };
          }>();
          begun(data.result.value - whole.definition.payload.value.at);
          completed();
        },
        failed: (error) => {
          throw error;
        },
      });
    },
    close: async () => undefined,
  });
  await waitUntil(async () => (await submit({ at: now() })).ok, { within: 30_000 });
  const lag = async (): Promise<number> => {
    const began = performance.now();
    const { last } = await streamExtent(connection, JOURNAL);
    const sql = connectSql(readRunRecord(stack.data)?.databaseUrl ?? "");
    const read = await waitUntil(
      async () => {
        const [row] = await sql`select seq from checkpoints where name = 'journal'`;
        return Number(row?.["seq"] ?? 0) >= last;
      },
      { within: CATCH_UP_MS, every: 5 },
    );
    await sql.end();
    if (!read) throw new Error("the read model did not catch up");
    return performance.now() - began;
  };
  return {
    lag,
    stack,
    connection,
    cells,
    submit,
    stop: async () => {
      await reading?.stop();
      await connection.close();
      await stack.stop();
    },
  };
};

/** Resident memory of a process, bytes. */
export const residentOf = (pid: number): number => {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  return pages * 4_096;
};
