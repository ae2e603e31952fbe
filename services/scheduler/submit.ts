import { Validator } from "@cfworker/json-schema";
import { timestamp } from "#infra/clock.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { Actor } from "#schema/actor.ts";
import { capabilitiesFor, type Capability, missingCapability } from "#schema/policy.ts";
import { PAYLOAD_LIMIT } from "#schema/stored.ts";
import { isToken } from "#schema/subjects.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import {
  DEFAULT_AFTER_POLICY,
  PRIORITIES,
  type RetryPolicy,
  type TaskDefinition,
} from "#schema/task.definition.ts";
import { nameFor } from "#schema/task.name.ts";
import type { Refusal, SubmitWish, WishReply } from "#schema/wishes.ts";
import type { Authority } from "./authority.ts";
import { statePath } from "#schema/task.evolve.ts";
import { snapshotOf } from "./tasks.ts";

/** A wish, or what a schedule, a template or a running task submits by itself. */
export interface Submission extends Omit<SubmitWish, "by"> {
  readonly by: { readonly actor: Actor; readonly capabilities: readonly Capability[] };
  /** The running task that submits it. */
  readonly parent?: string;
}

type Detail = NonNullable<Refusal["details"]>[number];

const validators = new WeakMap<object, Validator>();

const payloadFaults = (type: ExecutorType, payload: unknown): Detail[] => {
  let validator = validators.get(type.payload);
  if (!validator) {
    validator = new Validator(type.payload as object, "2020-12", false);
    validators.set(type.payload, validator);
  }
  const { valid, errors } = validator.validate(payload);
  if (valid) return [];
  return errors
    .map(({ instanceLocation, error }) => ({ path: `payload${instanceLocation.slice(1)}`, message: error }))
    .slice(0, 20);
};

const retryFaults = ({ maxAttempts, initialMs, factor, maxMs, jitter }: RetryPolicy): Detail[] => {
  const inRange = (value: number, least: number, most: number): boolean => value >= least && value <= most;
  const right =
    Number.isInteger(maxAttempts) &&
    inRange(maxAttempts, 1, 100) &&
    inRange(initialMs, 0, 86_400_000) &&
    inRange(factor, 1, 10) &&
    inRange(maxMs, 0, 86_400_000) &&
    inRange(jitter, 0, 1);
  return right ? [] : [{ path: "retry", message: "outside of what a retry policy may say" }];
};

const faultsOf = (wish: SubmitWish["task"], type: ExecutorType): Detail[] => [
  ...payloadFaults(type, wish.payload),
  ...retryFaults({ ...type.retry, ...wish.retry }),
  ...(wish.queue === undefined || isToken(wish.queue)
    ? []
    : [{ path: "queue", message: "letters, digits, - and _ only" }]),
  ...(wish.priority === undefined || PRIORITIES.includes(wish.priority)
    ? []
    : [{ path: "priority", message: `one of ${PRIORITIES.join(", ")}` }]),
  ...(wish.runAt === undefined || Number.isFinite(Date.parse(wish.runAt))
    ? []
    : [{ path: "runAt", message: "not a date-time" }]),
];

const refuse = (code: Refusal["code"], message: string, more: Partial<Refusal> = {}): Refusal => ({
  ok: false,
  code,
  message,
  ...more,
});

/** The refusal this wish deserves as it stands, or its type. */
const judge = (authority: Authority, { by, task }: Submission): Refusal | ExecutorType => {
  const type = authority.runners.type(task.type);
  if (!type) {
    const known = authority.runners.typeNames();
    const hint =
      known.length > 0 ? `Known types: ${known.join(", ")}.` : "No runner has announced any type yet.";
    return refuse("unknown-type", `There is no task type "${String(task.type).slice(0, 64)}". ${hint}`);
  }
  if (Buffer.byteLength(JSON.stringify(task.payload ?? null)) > PAYLOAD_LIMIT) {
    return refuse("too-large", `The payload is larger than ${PAYLOAD_LIMIT} bytes.`);
  }
  const details = faultsOf(task, type);
  if (details.length > 0) return refuse("invalid", `Not a valid task of type ${type.type}.`, { details });
  const missing = missingCapability(by.capabilities, capabilitiesFor(task.type, task.payload));
  if (missing) return refuse("forbidden", `Submitting this needs the right "${missing}".`);
  return type;
};

const laterOf = (runAt: string | undefined, now: number): string | null =>
  runAt !== undefined && Date.parse(runAt) > now ? timestamp(Date.parse(runAt)) : null;

/** What the definition says only when somebody asked for it. */
const asked = (
  { after, afterPolicy, concurrency, rate, locks, requires, retryOf }: SubmitBody,
  type: ExecutorType,
): Partial<TaskDefinition> => ({
  ...(after?.length ? { after, afterPolicy: { ...DEFAULT_AFTER_POLICY, ...afterPolicy } } : {}),
  ...(concurrency ? { concurrency } : {}),
  ...(rate ? { rate } : {}),
  ...(locks?.length ? { locks } : {}),
  ...(requires || type.requires ? { requires: { ...type.requires, ...requires } } : {}),
  ...(retryOf === undefined ? {} : { retryOf }),
  ...(type.itemLock === undefined ? {} : { itemLock: type.itemLock }),
});

const define = async (
  authority: Authority,
  { task, by, parent }: Submission,
  type: ExecutorType,
): Promise<TaskDefinition> => {
  const now = authority.clock.now();
  const totalMs = task.timeout?.totalMs ?? null;
  return {
    id: authority.ids.next(),
    type: type.type,
    name: task.name ?? nameFor(type.type, type.title, task.payload),
    queue: task.queue ?? "default",
    priority: task.priority ?? "normal",
    payload: await authority.objects.keep(task.payload),
    labels: task.labels ?? {},
    runAt: laterOf(task.runAt, now),
    retry: { ...type.retry, ...task.retry },
    timeout: { attemptMs: task.timeout?.attemptMs ?? null, totalMs },
    repeatable: type.repeatable,
    pause: type.pause,
    approval: task.approval ?? false,
    idempotencyKey: task.idempotencyKey ?? null,
    submittedBy: by.actor,
    submittedAt: timestamp(now),
    expiresAt: totalMs === null ? null : timestamp(now + totalMs),
    ...asked(task, type),
    ...(parent === undefined ? {} : { parent }),
    rights: by.capabilities,
  };
};

const repeated = (authority: Authority, key: string | undefined): WishReply | undefined => {
  const id = key === undefined ? undefined : authority.tasks.byIdempotencyKey(key);
  const live = id === undefined ? undefined : authority.tasks.get(id);
  const seq = live?.seq ?? (id === undefined ? undefined : authority.tasks.settled(id)?.seq);
  if (id === undefined || seq === undefined) return undefined;
  return { ok: true, taskId: id, seq, state: live ? statePath(snapshotOf(live)) : "settled", repeated: true };
};

/** What can be said before anything is kept: the refusal it deserves, the task its key already has, or its type. */
const meet = (authority: Authority, wish: Submission): WishReply | ExecutorType => {
  const type = judge(authority, wish);
  if ("ok" in type) return type;
  const first = repeated(authority, wish.task.idempotencyKey);
  if (first) return first;
  if (authority.full())
    return refuse("full", "The journal is nearly full; new tasks are not taken until it has been archived.");
  return type;
};

/** All of taking a task in that takes time: its definition, or the answer it deserves already. Writes no fact. */
export const prepare = async (
  authority: Authority,
  wish: Submission,
): Promise<{ readonly definition: TaskDefinition } | WishReply> => {
  const type = meet(authority, wish);
  return "ok" in type ? type : { definition: await define(authority, wish, type) };
};

/** Takes a prepared task in, in the same turn. An idempotency key that has got its task meanwhile is answered with that. */
export const admit = (
  authority: Authority,
  { by, id }: Pick<Submission, "by" | "id">,
  definition: TaskDefinition,
): WishReply => {
  const meanwhile = repeated(authority, definition.idempotencyKey ?? undefined);
  if (meanwhile) return meanwhile;
  const task = authority.tasks.conceive(definition.id);
  const { seq } = authority.tasks.record(task, { type: "submitted", definition }, { by: by.actor, id });
  return { ok: true, taskId: task.id, seq, state: statePath(snapshotOf(task)) };
};

/** Takes a task in, or says why not. An idempotency key that already has its task is answered with that task. */
export const submit = async (authority: Authority, wish: Submission): Promise<WishReply> => {
  const prepared = await prepare(authority, wish);
  return "ok" in prepared ? prepared : admit(authority, wish, prepared.definition);
};
