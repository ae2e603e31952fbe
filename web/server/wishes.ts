/** Wishes to the scheduler, and what its refusals mean over HTTP. */
import type { Ids } from "#infra/ids.ts";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { ask } from "#infra/nats/serve.ts";
import { isTooLarge } from "#infra/nats/too-large.ts";
import { isUnanswered } from "#infra/nats/unanswered.ts";
import type { QueueCommand } from "#schema/queue.ts";
import type { ScheduleCommand } from "#schema/schedule.ts";
import { type CommandVerb, commandSubject } from "#schema/subjects.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import type { TaskCommand } from "#schema/task.commands.ts";
import type { TemplateCommand } from "#schema/template.ts";
import type {
  BatchReply,
  BatchWish,
  RecordReply,
  Refusal,
  RunnerWish,
  ScheduleReply,
  SubmitManyReply,
  WhyAnswer,
  WishRefusal,
  WishReply,
} from "#schema/wishes.ts";
import type { Caller } from "./access.ts";
import type { Connectivity } from "./connectivity.ts";
import { HttpProblem, unavailable } from "./problems.ts";
import type { Tail } from "./tail.ts";

const TIMEOUT_MS = 10_000;
/** A thousand tasks, or a look at a hundred thousand, may take their time. */
const LONG_MS = 30_000;
/** The journal's end is normally read within a millisecond; a slow tail must not hold the answer back for long. */
const TAIL_MS = 2_000;
/** Why a task waits is worth waiting for this long; without an answer a sentence of our own serves. */
const WHY_MS = 500;

const STATUS: Readonly<Record<WishRefusal, number>> = {
  "unknown-task": 404,
  "unknown-record": 404,
  "unknown-type": 400,
  invalid: 400,
  "too-large": 413,
  forbidden: 403,
  "key-reused": 409,
  refused: 409,
  unavailable: 503,
  full: 503,
};

type Granted<R> = Extract<R, { ok: true }>;

/** All resolve once the facts are on disk and read back by the tail; a refusal is thrown as an HttpProblem. */
export interface Wishes {
  submit(caller: Caller, task: SubmitBody): Promise<Granted<WishReply>>;
  /** Single tasks may be refused: each has an answer of its own. */
  submitMany(caller: Caller, tasks: readonly SubmitBody[]): Promise<Granted<SubmitManyReply>>;
  command(caller: Caller, taskId: string, command: TaskCommand): Promise<Granted<WishReply>>;
  queue(caller: Caller, queue: string, about: About<QueueCommand>): Promise<Granted<RecordReply>>;
  schedule(caller: Caller, about: About<ScheduleCommand>): Promise<Granted<ScheduleReply>>;
  batch(caller: Caller, about: About<BatchWish["command"]>): Promise<Granted<BatchReply>>;
  /** A runner taken out of service or put back, whether it is there or not. */
  runner(caller: Caller, runner: string, about: About<RunnerWish["command"]>): Promise<Granted<RecordReply>>;
  template(caller: Caller, about: About<TemplateCommand>): Promise<Granted<RecordReply | WishReply>>;
  /** Null when the scheduler is away or does not know. */
  why(taskId: string): Promise<WhyAnswer | null>;
}

/** What is wished, and why. */
export interface About<C> {
  readonly command: C;
  readonly reason?: string | undefined;
}

interface WishesOptions {
  readonly connection: NatsConnection;
  readonly connectivity: Connectivity;
  readonly tail: Tail;
  readonly ids: Ids;
}

/** All details point into the body the same way, as JSON pointers: forms map them to their fields. */
const asPointer = ({ path, message }: { path: string; message: string }) => ({
  path: path.startsWith("/") ? path : `/${path}`,
  message,
});

export const refusalProblem = (reply: Refusal): HttpProblem => {
  const status = STATUS[reply.code] ?? 409;
  return new HttpProblem(status, reply.message, {
    ...(reply.state === undefined ? {} : { state: reply.state }),
    ...(reply.details === undefined ? {} : { details: reply.details.map(asPointer) }),
    ...(status === 503 ? { retryAfter: 2 } : {}),
  });
};

const UNANSWERED =
  "The scheduler does not answer at the moment. Whether the wish was recorded is not known: look at the task, or submit again with the same Idempotency-Key.";

type Reply = { readonly ok: true; readonly seq?: number } | Refusal;

const withReason = <C>({ command, reason }: About<C>) => ({
  command,
  ...(reason === undefined ? {} : { reason }),
});

export const createWishes = ({ connection, connectivity, tail, ids }: WishesOptions): Wishes => {
  const put = async <R>(verb: CommandVerb, wish: object, ms: number): Promise<R> => {
    try {
      return await connectivity.whileConnected(() => ask<R>(connection, commandSubject(verb), wish, ms));
    } catch (error) {
      if (isTooLarge(error)) throw new HttpProblem(413, "The request is too large for the message server.");
      throw isUnanswered(error) ? unavailable(UNANSWERED) : error;
    }
  };
  const send = async <R extends Reply>(
    verb: CommandVerb,
    { actor, capabilities }: Caller,
    wish: object,
    ms = TIMEOUT_MS,
  ): Promise<Granted<R>> => {
    const reply = await put<R>(verb, { id: ids.next(), by: { actor, capabilities }, ...wish }, ms);
    if (!reply.ok) throw refusalProblem(reply);
    if (reply.seq !== undefined) await tail.waitFor(reply.seq, TAIL_MS);
    return reply as Granted<R>;
  };

  return {
    submit: (caller, task) => send("submit", caller, { task }),
    submitMany: (caller, tasks) => send("submit-many", caller, { tasks }, LONG_MS),
    command: (caller, taskId, command) => send("task", caller, { taskId, command }),
    queue: (caller, queue, about) => send("queue", caller, { queue, ...withReason(about) }),
    schedule: (caller, about) => send("schedule", caller, withReason(about)),
    batch: (caller, about) => send("batch", caller, withReason(about), LONG_MS),
    runner: (caller, runner, about) => send("runner", caller, { runner, ...withReason(about) }),
    template: (caller, about) => send("template", caller, withReason(about)),
    why: async (taskId) => {
      const answer = await put<WhyAnswer | Refusal>("why", { taskId }, WHY_MS).catch((error: unknown) => {
        if (error instanceof HttpProblem) return null;
        throw error;
      });
      return answer?.ok ? answer : null;
    },
  };
};
