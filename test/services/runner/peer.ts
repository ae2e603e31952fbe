/** The other end of the runner's wire: records what it reports and writes the facts it follows, judged by the real statechart. */
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { serve } from "#infra/nats/serve.ts";
import { openObjects } from "#infra/nats/objects.ts";
import { systemIds } from "#infra/ids.ts";
import { SCHEDULER } from "#schema/actor.ts";
import { encode, GENESIS, patchOf, type TaskFact } from "#schema/envelope.ts";
import type { ItemResult } from "#schema/items.ts";
import type {
  AttemptReport,
  AttemptReports,
  Hello,
  LeaseRenewal,
  ReportReply,
  Welcome,
} from "#schema/reports.ts";
import { HEADER, JOURNAL, reportSubject, subjectOf } from "#schema/subjects.ts";
import { evolve, statePath, type Task, unborn } from "#schema/task.evolve.ts";
import { DEFAULT_RETRY, type PauseWay, type TaskDefinition } from "#schema/task.definition.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import type { LogChunk, Progress } from "#schema/telemetry.ts";
import { headers } from "@nats-io/nats-core";
import type { TestNats } from "../../support/stack.ts";
import { readTelemetry } from "./telemetry-reader.ts";

export interface PeerTask {
  readonly id: string;
  readonly reports: AttemptReport[];
  readonly state: string;
  readonly context: Task["context"];
  /** Every item result in the order it came, intents left out. */
  readonly items: ItemResult[];
}

export interface Peer {
  readonly hellos: Hello[];
  /** Set false and nobody answers renewals, or anything at all. */
  answerLease: boolean;
  answerReports: boolean;
  answerHello: boolean;
  /** When the last renewal came, on the monotonic clock. */
  renewedAt: number;
  /** Called on each report before it is judged. */
  onReport: (report: AttemptReport) => void;
  submit(
    type: string,
    payload: unknown,
    options?: { pause?: PauseWay; repeatable?: boolean; attempts?: number; approval?: boolean },
  ): Promise<string>;
  assign(id: string, deadlineAt?: string | null): Promise<void>;
  fact(id: string, event: TaskEvent): Promise<void>;
  task(id: string): PeerTask;
  /** Declares the runner lost: its boot is unknown from now on. */
  forgetBoot(): void;
  until<T>(what: string, look: () => T | undefined | false, ms?: number): Promise<T>;
  logs(id: string): Promise<LogChunk[]>;
  progress(id: string): Promise<Progress[]>;
  ask<T>(subject: string, body?: unknown): Promise<T>;
  close(): Promise<void>;
}

interface Kept {
  id: string;
  task: Task;
  n: number;
  reports: AttemptReport[];
  items: ItemResult[];
}

export const openPeer = async (nats: TestNats, runner = "local"): Promise<Peer> => {
  const connect = (user: string): Promise<NatsConnection> =>
    connectNats({ url: nats.url, seedFile: nats.seedFile(user), user });
  const connection = await connect("scheduler");
  const reader = await connect("projector");
  const web = await connect("web");
  const stream = jetstream(connection);
  const objects = openObjects(connection);
  const tasks = new Map<string, Kept>();
  let boot: string | undefined;
  let line: Promise<unknown> = Promise.resolve();

  const kept = (id: string): Kept => {
    const found = tasks.get(id);
    if (!found) throw new Error(`no task ${id}`);
    return found;
  };

  /** One after another, as the one writer does. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = line.then(work);
    line = turn.catch(() => undefined);
    return turn;
  };

  const write = async (id: string, event: TaskEvent): Promise<number> => {
    const entry = kept(id);
    const before = entry.task;
    const after = evolve(before, event);
    const { type, ...data } = event;
    const fact: TaskFact = {
      v: 1,
      id: systemIds.next(),
      at: new Date().toISOString(),
      actor: SCHEDULER,
      reason: null,
      cause: null,
      epoch: 1,
      chain: { stream: GENESIS, task: null },
      type,
      taskId: id,
      n: entry.n + 1,
      from: statePath(before),
      to: statePath(after),
      attempt: after.context.attempt,
      runner: after.context.runner ?? before.context.runner,
      token: after.context.token ?? before.context.token,
      machine: 1,
      data,
      patch: patchOf(before.context, after.context),
    };
    const set = headers();
    set.set(HEADER.taskId, id);
    const { seq } = await stream.publish(subjectOf(fact, "default"), encode(fact), { headers: set });
    entry.n += 1;
    entry.task = after;
    return seq;
  };

  const eventFor = async ({ body, number }: AttemptReport): Promise<TaskEvent> => {
    const report = number;
    switch (body.type) {
      case "unclaimed":
        return { type: "unclaimed" };
      case "planned": {
        const plan = { number: 1, count: body.plan.items.length, plan: await objects.keep(body.plan) };
        return { type: "planned", plan, report };
      }
      case "checkpointed":
        return { type: "checkpointed", checkpoint: await objects.keep(body.checkpoint), report };
      case "completed":
        return { type: "completed", result: { value: body.result }, report };
      case "attempt-failed":
        return { ...body, dueAt: new Date().toISOString(), report };
      case "started":
      case "items-recorded":
      case "host-lost":
      case "host-back":
      case "paused":
      case "handed-over":
      case "cancelled":
        return { ...body, report };
    }
  };

  const judge = async (report: AttemptReport): Promise<ReportReply> => {
    const entry = tasks.get(report.taskId);
    if (report.boot !== boot) return { ok: false, code: "unknown-runner", message: "who?" };
    if (!entry || entry.task.context.token !== report.token)
      return { ok: false, code: "stale", message: "not yours" };
    if (report.number <= entry.task.context.reported) return { ok: true, seq: 0 };
    const event = await eventFor(report);
    if (!entry.task.can(event))
      return { ok: false, code: "illegal", message: `${event.type} in ${statePath(entry.task)}` };
    entry.reports.push(report);
    if (report.body.type === "items-recorded")
      entry.items.push(...report.body.items.filter(({ outcome }) => outcome !== "begun"));
    return { ok: true, seq: await write(report.taskId, event) };
  };

  const failures: unknown[] = [];
  const failed = (error: unknown): void => void failures.push(error);
  const silence = new Promise<never>(() => undefined);

  const peer: Peer = {
    hellos: [],
    answerLease: true,
    answerReports: true,
    answerHello: true,
    renewedAt: performance.now(),
    onReport: () => undefined,
    submit: async (
      type,
      payload,
      { pause = "freeze", repeatable = false, attempts = 1, approval = false } = {},
    ) => {
      const id = systemIds.next();
      const definition: TaskDefinition = {
        id,
        type,
        name: `test of ${type}`,
        queue: "default",
        priority: "normal",
        payload: await objects.keep(payload),
        labels: {},
        runAt: null,
        retry: { ...DEFAULT_RETRY, maxAttempts: attempts },
        timeout: { attemptMs: null, totalMs: null },
        repeatable,
        pause,
        approval,
        idempotencyKey: null,
        submittedBy: SCHEDULER,
        submittedAt: new Date().toISOString(),
        expiresAt: null,
      };
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
    forgetBoot: () => {
      boot = undefined;
    },
    until: async (what, look, ms = 15_000) => {
      const until = performance.now() + ms;
      for (;;) {
        if (failures.length > 0) throw failures[0];
        const found = look();
        if (found !== undefined && found !== false) return found;
        if (performance.now() > until) throw new Error(`waited ${ms} ms for ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    logs: (id) => readTelemetry<LogChunk>(reader, "telemetry.log.>", id),
    progress: (id) => readTelemetry<Progress>(reader, "telemetry.progress.>", id),
    ask: async <T>(subject: string, body: unknown = null) =>
      (await web.request(subject, JSON.stringify(body), { timeout: 10_000 })).json<T>(),
    close: async () => {
      await Promise.all([connection.close(), reader.close(), web.close()]);
    },
  };

  serve(
    connection,
    reportSubject(runner, "hello"),
    (body) =>
      inTurn(async () => {
        const hello = body as Hello;
        if (!peer.answerHello) return { ok: false, code: "unavailable", message: "not now" };
        const { state } = await (await jetstreamManager(reader)).streams.info(JOURNAL);
        boot = hello.boot;
        peer.hellos.push(hello);
        return { ok: true, seq: state.last_seq, epoch: 1 } satisfies Welcome;
      }),
    failed,
  );
  serve(
    connection,
    reportSubject(runner, "lease"),
    (body) => {
      peer.renewedAt = performance.now();
      if (!peer.answerLease) return silence;
      const known = (body as LeaseRenewal).boot === boot;
      return Promise.resolve(
        known ? { ok: true, seq: 0 } : { ok: false, code: "unknown-runner", message: "who?" },
      );
    },
    failed,
  );
  const answer = (report: AttemptReport): Promise<ReportReply> => {
    peer.onReport(report);
    return peer.answerReports ? inTurn(() => judge(report)) : silence;
  };
  serve(
    connection,
    reportSubject(runner, "attempts"),
    async (body) => {
      const { reports, ...from } = body as AttemptReports;
      return {
        ok: true,
        replies: await Promise.all(reports.map((report) => answer({ ...report, ...from }))),
      };
    },
    failed,
  );
  serve(connection, reportSubject(runner, "attempt"), (body) => answer(body as AttemptReport), failed);
  serve(connection, reportSubject(runner, "goodbye"), () => Promise.resolve({ ok: true, seq: 0 }), failed);
  return peer;
};
