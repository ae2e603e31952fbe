/** A world with batches: an authority on paper whose batches have their turns when the test says so. */
import type { Batch, BatchAction, BatchResult } from "#schema/batch.ts";
import { isRecordFact, type Fact, type RecordFact } from "#schema/envelope.ts";
import { CAPABILITIES, type Capability } from "#schema/policy.ts";
import type { RecordKind } from "#schema/record.ts";
import type { TaskCommand } from "#schema/task.commands.ts";
import { statePath, type Task } from "#schema/task.evolve.ts";
import type { BatchReply, BatchWish, WishReply } from "#schema/wishes.ts";
import { changeBatch } from "../../../../services/scheduler/batches/change-batch.ts";
import { command } from "../../../../services/scheduler/commands.ts";
import type { Register } from "../../../../services/scheduler/records.ts";
import { nothingRecovered, take } from "../../../../services/scheduler/recovery/recovered.ts";
import { snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { anAuthority } from "../an-authority.ts";

type Paper = ReturnType<typeof anAuthority>["paper"];
type StartOptions = Partial<Omit<Extract<BatchWish["command"], { type: "start" }>, "type">>;

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const aWorldOfBatches = (earlier?: Paper) => {
  const world = anAuthority(10, earlier);
  const { authority, paper, time } = world;
  let wishes = 0;
  const by = (capabilities: readonly Capability[]) => ({
    actor: { kind: "user", id: "ada" } as const,
    capabilities,
  });
  const wishId = (): string => `wish-${(wishes += 1)}`;
  const facts = (): readonly Fact[] => paper.written.map(({ fact }) => fact as Fact);
  const about = (id: string): RecordFact<"batch">[] =>
    facts().flatMap((fact) =>
      isRecordFact(fact) && fact.about.id === id ? [fact as RecordFact<"batch">] : [],
    );
  const wish = (
    what: BatchWish["command"],
    capabilities: readonly Capability[] = CAPABILITIES,
  ): Promise<BatchReply> =>
    changeBatch(authority, { id: wishId(), by: by(capabilities), command: what, reason: "because" });

  return {
    ...world,
    wish,
    /** Tasks newly submitted; their ids. */
    some: (count: number): string[] => Array.from({ length: count }, () => world.submitted().id),
    ask: (
      action: BatchAction,
      ids: readonly string[],
      more: StartOptions = {},
      capabilities = CAPABILITIES as readonly Capability[],
    ) => wish({ type: "start", action, tasks: { value: ids }, ...more }, capabilities),
    /** A batch that has begun; its id. */
    begun: async (action: BatchAction, ids: readonly string[], more: StartOptions = {}): Promise<string> => {
      const reply = await wish({ type: "start", action, tasks: { value: ids }, ...more });
      if (!reply.ok || "dryRun" in reply) throw new Error(`refused: ${JSON.stringify(reply)}`);
      return reply.id;
    },
    /** One turn of whichever batch is next, with all that it waits for; answers ms until the next is due. */
    turn: async (): Promise<number | null> => {
      const wait = authority.batches.turn(authority);
      for (let rounds = 0; rounds < 5; rounds += 1) await soon();
      return wait;
    },
    /** Turns until no batch is at work; time passes as it must. */
    run: async (): Promise<void> => {
      for (let rounds = 0; rounds < 5_000; rounds += 1) {
        const wait = authority.batches.turn(authority);
        await soon();
        if (![...authority.records.batch.all()].some(({ state }) => state === "running")) return;
        time.now += wait ?? 0;
      }
      throw new Error("a batch does not come to its end");
    },
    one: (taskId: string, what: TaskCommand): Promise<WishReply> => {
      paper.store();
      return command(authority, { id: wishId(), by: by(CAPABILITIES), taskId, command: what });
    },
    batch: (id: string): Batch => {
      const batch = authority.records.batch.get(id);
      if (!batch) throw new Error(`no batch ${id}`);
      return batch;
    },
    about,
    results: (id: string): BatchResult[] =>
      about(id).flatMap(({ type, data }) =>
        type === "progressed" ? (data["results"] as BatchResult[]) : [],
      ),
    snapshot: (taskId: string): Task => {
      const task = authority.tasks.get(taskId);
      if (!task) throw new Error(`no live task ${taskId}`);
      return snapshotOf(task);
    },
    state: (taskId: string): string => {
      const task = authority.tasks.get(taskId);
      return task ? statePath(snapshotOf(task)) : authority.tasks.settled(taskId) ? "settled" : "unknown";
    },
    /** What is not stored is lost, and another scheduler goes on from the log. */
    restart: () => {
      paper.forget();
      const next = aWorldOfBatches(paper);
      next.time.now = time.now;
      const recovered = nothingRecovered();
      for (const { fact, seq, hash } of paper.written) take(recovered, fact, { seq, hash });
      for (const { about: what, after } of recovered.records.values())
        if (after) (next.authority.records[what.kind] as Register<RecordKind>).adopt(what.id, after);
      for (const task of recovered.settled.values()) next.authority.tasks.bury(task);
      for (const { task, hash } of recovered.live.values()) next.authority.tasks.adopt(task, hash);
      next.authority.batches.adopt(recovered.begun);
      return next;
    },
  };
};

export type WorldOfBatches = ReturnType<typeof aWorldOfBatches>;
