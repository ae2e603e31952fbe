/** A scheduler inside the test's process, and the other ends of its wire: an edge and a runner, on a real server. */
import { pino } from "pino";
import { type JsMsg } from "@nats-io/jetstream";
import { readEnv } from "#infra/env.ts";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { follow } from "#infra/nats/follow.ts";
import { ask } from "#infra/nats/serve.ts";
import type { Running } from "#infra/service.ts";
import { decode, type Fact, isTaskFact, type TaskFact } from "#schema/envelope.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import { CAPABILITIES } from "#schema/policy.ts";
import type { AttemptReportBody, Hello, ReportReply, Welcome } from "#schema/reports.ts";
import { type CommandVerb, commandSubject, JOURNAL, reportSubject } from "#schema/subjects.ts";
import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import type { TaskCommand } from "#schema/task.commands.ts";
import type { SubmitWish, WishReply } from "#schema/wishes.ts";
import { startScheduler } from "../../services/scheduler/start.ts";
import { until } from "./until.ts";
import type { TestNats } from "./stack.ts";

export const SLEEP: ExecutorType = {
  type: "sleep",
  title: "Sleep",
  description: "Does nothing for a while.",
  payload: {
    type: "object",
    properties: { ms: { type: "integer", minimum: 0 }, text: { type: "string" } },
    additionalProperties: false,
  },
  repeatable: true,
  pause: "freeze",
  plans: false,
  example: {},
  retry: { ...DEFAULT_RETRY, maxAttempts: 2, initialMs: 50, jitter: 0 },
};
export const ONCE: ExecutorType = { ...SLEEP, type: "once", repeatable: false, pause: "none" };

export interface TestScheduler extends Running {
  readonly failures: unknown[];
}

export const aScheduler = async (
  nats: TestNats,
  env: Record<string, string> = {},
): Promise<TestScheduler> => {
  const failures: unknown[] = [];
  const running = await startScheduler({
    env: readEnv({
      LONGSHORE_NATS_URL: nats.url,
      LONGSHORE_NATS_SEED_FILE: nats.seedFile("scheduler"),
      ...env,
    }),
    log: pino({ level: "silent" }),
    fail: (error) => failures.push(error),
  });
  return { ...running, failures };
};

let wishes = 0;
const everything = { actor: { kind: "user", id: "ada" }, capabilities: CAPABILITIES } as const;

/** The edge's end of the wire. */
export const anEdge = async (nats: TestNats) => {
  const connection = await connectNats({ url: nats.url, seedFile: nats.seedFile("web"), user: "web" });
  return {
    connection,
    submit: (task: Partial<SubmitWish["task"]> = {}, by: SubmitWish["by"] = everything) =>
      ask<WishReply>(
        connection,
        commandSubject("submit"),
        { id: `w${++wishes}`, by, task: { type: "sleep", payload: {}, ...task } },
        10_000,
      ),
    wish: (taskId: string, command: TaskCommand) =>
      ask<WishReply>(
        connection,
        commandSubject("task"),
        { id: `w${++wishes}`, by: everything, taskId, command },
        10_000,
      ),
    /** A wish about a schedule, a template, a queue, a batch: whatever `verb` is about. */
    about: <Reply>(verb: CommandVerb, wish: object) =>
      ask<Reply>(connection, commandSubject(verb), { id: `w${++wishes}`, by: everything, ...wish }, 10_000),
    close: () => connection.close(),
  };
};

/** A runner's end of the wire, worked by hand: it says what the test tells it to. */
export const aRunner = async (nats: TestNats, { slots = 2, types = [SLEEP, ONCE], boot = "boot-1" } = {}) => {
  const connection = await connectNats({ url: nats.url, seedFile: nats.seedFile("runner"), user: "runner" });
  const say = <T>(kind: "hello" | "lease" | "goodbye" | "attempt", body: unknown) =>
    ask<T>(connection, reportSubject("local", kind), body, 5_000);
  const numbers = new Map<string, number>();
  const runner = {
    connection,
    hello: (changes: Partial<Hello> = {}) =>
      say<Welcome | Extract<ReportReply, { ok: false }>>("hello", {
        runner: "local",
        boot,
        slots,
        types,
        host: "h",
        pid: 1,
        seen: 0,
        ...changes,
      }),
    lease: (renewed = boot) => say<ReportReply>("lease", { runner: "local", boot: renewed }),
    goodbye: () => say<ReportReply>("goodbye", { runner: "local", boot }),
    report: (assigned: TaskFact, body: AttemptReportBody, number?: number) => {
      const token = assigned.token ?? "";
      numbers.set(token, number ?? (numbers.get(token) ?? 0) + 1);
      const { taskId, attempt } = assigned;
      return say<ReportReply>("attempt", {
        runner: "local",
        boot,
        taskId,
        attempt,
        token,
        number: numbers.get(token),
        body,
      });
    },
    /** Renews until stopped. */
    keepLease: () => {
      const timer = setInterval(() => void runner.lease().catch(() => undefined), 500);
      return () => clearInterval(timer);
    },
    close: () => connection.close(),
  };
  return runner;
};

/** Whether this fact gave its task to a runner: it was assigned, or found a free slot when it was submitted. */
export const isGiven = ({ to }: Pick<TaskFact, "to">): boolean => to === "running.starting";

/** The journal as an unprivileged reader hears it. */
export const aReader = async (connection: NatsConnection) => {
  const facts: { seq: number; fact: Fact; message: JsMsg }[] = [];
  const reading = await follow(connection, {
    stream: JOURNAL,
    from: 1,
    each: (message) => void facts.push({ seq: message.seq, fact: decode(message.data), message }),
    failed: (error) => {
      throw error;
    },
  });
  const taskFacts = () => facts.flatMap(({ fact, seq }) => (isTaskFact(fact) ? [{ ...fact, seq }] : []));
  return {
    facts,
    taskFacts,
    of: (taskId: string) => taskFacts().filter((fact) => fact.taskId === taskId),
    /** Waits until a fact of this type about this task (any, when null) is there; the last of them. */
    next: (taskId: string | null, type: TaskFact["type"], count = 1) =>
      until(`${type} of ${taskId ?? "any task"}`, () => {
        const found = taskFacts().filter(
          (fact) => fact.type === type && (taskId === null || fact.taskId === taskId),
        );
        return found.length >= count ? found.at(-1) : undefined;
      }),
    /** The `count`th fact that gave a task to a runner. */
    given: (taskId: string | null, count = 1) =>
      until(`${count} assignments of ${taskId ?? "any task"}`, () => {
        const found = taskFacts().filter(
          (fact) => isGiven(fact) && (taskId === null || fact.taskId === taskId),
        );
        return found.length >= count ? found.at(-1) : undefined;
      }),
    stop: () => reading.stop(),
  };
};
