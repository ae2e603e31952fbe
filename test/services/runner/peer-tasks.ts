/** The tasks at the other end of the runner's wire: their facts are judged by the real statechart and written one after another. */
import { jetstream } from "@nats-io/jetstream";
import { headers } from "@nats-io/nats-core";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { openObjects } from "#infra/nats/objects.ts";
import { systemIds } from "#infra/ids.ts";
import { SCHEDULER } from "#schema/actor.ts";
import { encode, GENESIS } from "#schema/envelope.ts";
import type { ItemResult } from "#schema/items.ts";
import type { AttemptReport, ReportReply } from "#schema/reports.ts";
import { HEADER, subjectOf } from "#schema/subjects.ts";
import { DEFAULT_RETRY, type PauseWay } from "#schema/task.definition.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { evolve, statePath, type Task, unborn } from "#schema/task.evolve.ts";
import { aTaskFact } from "../../support/a-task-fact.ts";
import { aDefinition } from "../../support/task-examples.ts";
import { eventOfReport } from "./event-of-report.ts";

export interface PeerTask {
  readonly id: string;
  readonly reports: AttemptReport[];
  readonly state: string;
  readonly context: Task["context"];
  /** Every item result in the order it came, intents left out. */
  readonly items: ItemResult[];
}

export interface PeerTasks {
  submit(
    type: string,
    payload: unknown,
    options?: { pause?: PauseWay; repeatable?: boolean; attempts?: number; approval?: boolean },
  ): Promise<string>;
  assign(id: string, deadlineAt?: string | null): Promise<void>;
  fact(id: string, event: TaskEvent): Promise<void>;
  task(id: string): PeerTask;
  /** One after another, as the one writer does. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Takes a report as the scheduler would, in turn; `boot` is the runner's that is known. */
  judge(report: AttemptReport, boot: string | undefined): Promise<ReportReply>;
}

interface Kept {
  id: string;
  task: Task;
  n: number;
  reports: AttemptReport[];
  items: ItemResult[];
}

export const openPeerTasks = (connection: NatsConnection, runner: string): PeerTasks => {
  const stream = jetstream(connection);
  const objects = openObjects(connection);
  const tasks = new Map<string, Kept>();
  let line: Promise<unknown> = Promise.resolve();

  const kept = (id: string): Kept => {
    const found = tasks.get(id);
    if (!found) throw new Error(`no task ${id}`);
    return found;
  };

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = line.then(work);
    line = turn.catch(() => undefined);
    return turn;
  };

  const write = async (id: string, event: TaskEvent): Promise<number> => {
    const entry = kept(id);
    const before = entry.task;
    const after = evolve(before, event);
    const fact = aTaskFact({
      id: systemIds.next(),
      at: new Date().toISOString(),
      chain: { stream: GENESIS, task: null },
      taskId: id,
      n: entry.n + 1,
      event,
      before,
      after,
    });
    const set = headers();
    set.set(HEADER.taskId, id);
    const { seq } = await stream.publish(subjectOf(fact, "default"), encode(fact), { headers: set });
    entry.n += 1;
    entry.task = after;
    return seq;
  };

  const judge = async (report: AttemptReport, boot: string | undefined): Promise<ReportReply> => {
    const entry = tasks.get(report.taskId);
    if (report.boot !== boot) return { ok: false, code: "unknown-runner", message: "who?" };
    if (!entry || entry.task.context.token !== report.token)
      return { ok: false, code: "stale", message: "not yours" };
    if (report.number <= entry.task.context.reported) return { ok: true, seq: 0 };
    const event = await eventOfReport(report, objects);
    if (!entry.task.can(event))
      return { ok: false, code: "illegal", message: `${event.type} in ${statePath(entry.task)}` };
    entry.reports.push(report);
    if (report.body.type === "items-recorded")
      entry.items.push(...report.body.items.filter(({ outcome }) => outcome !== "begun"));
    return { ok: true, seq: await write(report.taskId, event) };
  };

  return {
    submit: async (
      type,
      payload,
      { pause = "freeze", repeatable = false, attempts = 1, approval = false } = {},
    ) => {
      const id = systemIds.next();
      const definition = aDefinition({
        id,
        type,
        name: `test of ${type}`,
        payload: await objects.keep(payload),
        retry: { ...DEFAULT_RETRY, maxAttempts: attempts },
        repeatable,
        pause,
        approval,
        submittedBy: SCHEDULER,
        submittedAt: new Date().toISOString(),
      });
      tasks.set(id, { id, task: unborn(), n: 0, reports: [], items: [] });
      await inTurn(() => write(id, { type: "submitted", definition }));
      return id;
    },
    assign: async (id, deadlineAt = null) => {
      await inTurn(() => {
        const { context } = kept(id).task;
        if (!context.definition) throw new Error("unborn");
        return write(id, {
          type: "assigned",
          runner,
          attempt: context.attempt + 1,
          token: systemIds.next(),
          deadlineAt,
          work: {
            type: context.definition.type,
            name: context.definition.name,
            payload: context.definition.payload,
            plan: context.plan?.plan ?? null,
            marks: context.marks,
            counts: context.counts,
            approval: context.approval,
            checkpoint: context.checkpoint,
          },
        });
      });
    },
    fact: async (id, event) => {
      await inTurn(() => write(id, event));
    },
    task: (id) => {
      const entry = kept(id);
      return {
        id,
        reports: entry.reports,
        items: entry.items,
        state: statePath(entry.task),
        context: entry.task.context,
      };
    },
    inTurn,
    judge,
  };
};
