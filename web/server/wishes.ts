/** Wishes to the scheduler, and what its refusals mean over HTTP. */
import type { Ids } from "#infra/ids.ts";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { ask } from "#infra/nats/serve.ts";
import { isUnanswered } from "#infra/nats/unanswered.ts";
import { type CommandVerb, commandSubject } from "#schema/subjects.ts";
import type { TaskCommand } from "#schema/task.commands.ts";
import type { SubmitWish, TaskWish, WishRefusal, WishReply } from "#schema/wishes.ts";
import type { Caller } from "./access.ts";
import type { Connectivity } from "./connectivity.ts";
import { HttpProblem, unavailable } from "./problems.ts";
import type { Tail } from "./tail.ts";

const TIMEOUT_MS = 10_000;
/** The journal's end is normally read within a millisecond; a slow tail must not hold the answer back for long. */
const TAIL_MS = 2_000;

const STATUS: Readonly<Record<WishRefusal, number>> = {
  "unknown-task": 404,
  "unknown-record": 404,
  "unknown-type": 400,
  invalid: 400,
  "too-large": 413,
  forbidden: 403,
  refused: 409,
  unavailable: 503,
  full: 503,
};

type Granted = Extract<WishReply, { ok: true }>;

/** Both resolve once the facts are on disk and read back by the tail; a refusal is thrown as an HttpProblem. */
export interface Wishes {
  submit(caller: Caller, task: SubmitWish["task"]): Promise<Granted>;
  command(caller: Caller, taskId: string, command: TaskCommand): Promise<Granted>;
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

const refusal = (reply: Extract<WishReply, { ok: false }>): HttpProblem => {
  const status = STATUS[reply.code];
  return new HttpProblem(status, reply.message, {
    ...(reply.state === undefined ? {} : { state: reply.state }),
    ...(reply.details === undefined ? {} : { details: reply.details.map(asPointer) }),
    ...(status === 503 ? { retryAfter: 2 } : {}),
  });
};

const UNANSWERED =
  "The scheduler does not answer at the moment. Whether the wish was recorded is not known: look at the task, or submit again with the same Idempotency-Key.";

export const createWishes = ({ connection, connectivity, tail, ids }: WishesOptions): Wishes => {
  const send = async (verb: CommandVerb, wish: SubmitWish | TaskWish): Promise<Granted> => {
    let reply: WishReply;
    try {
      reply = await connectivity.whileConnected(() =>
        ask<WishReply>(connection, commandSubject(verb), wish, TIMEOUT_MS),
      );
    } catch (error) {
      throw isUnanswered(error) ? unavailable(UNANSWERED) : error;
    }
    if (!reply.ok) throw refusal(reply);
    await tail.waitFor(reply.seq, TAIL_MS);
    return reply;
  };
  const by = ({ actor, capabilities }: Caller) => ({ actor, capabilities });

  return {
    submit: (caller, task) => send("submit", { id: ids.next(), by: by(caller), task }),
    command: (caller, taskId, command) => send("task", { id: ids.next(), by: by(caller), taskId, command }),
  };
};
