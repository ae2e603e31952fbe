import { timestamp } from "#infra/clock.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import { INLINE_LIMIT, type Stored } from "#schema/stored.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import { DEFAULT_AFTER_POLICY, type TaskDefinition, type TaskTimeout } from "#schema/task.definition.ts";
import { submissionDigest } from "#schema/submission-digest.ts";
import { definitionOf, statePath } from "#schema/task.evolve.ts";
import { nameFor } from "#schema/task.name.ts";
import type { Refusal, WishReply } from "#schema/wishes.ts";
import type { Authority } from "../authority.ts";
import { type Detail, digestOf, isAsked, judge, refuse, sizeOf, type Submission } from "./submission.ts";
import { snapshotOf } from "../tasks.ts";

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
  ...(type.stuckAfterMs === undefined ? {} : { stuckAfterMs: type.stuckAfterMs }),
});

/** What a field of a payload names; null when it names nothing. */
const nameIn = (payload: unknown, field: string): string | null => {
  const value = (payload as Readonly<Record<string, unknown>> | null)?.[field];
  return typeof value === "string" && value !== "" ? value : null;
};

/** The lane its type puts it in: by a name in its payload, else by the runner that will take it. */
const laneOf = (payload: unknown, { lane }: ExecutorType): Pick<TaskDefinition, "lane"> => {
  if (lane === undefined) return {};
  const value = nameIn(payload, lane.by);
  return { lane: { by: lane.by, ...(value === null ? {} : { value }) } };
};

/** The host its payload names, for types that work on one. */
const siteOf = (payload: unknown, { site }: ExecutorType): Pick<TaskDefinition, "site"> => {
  return site === undefined ? {} : { site: nameIn(payload, site) };
};

/** A person sees what a task of their own would do; what a schedule does by itself is held to its type's guard. */
const guardOf = ({ by, task }: Submission, type: ExecutorType): Pick<TaskDefinition, "guard"> => {
  const guard = task.guard ?? (by.actor.kind === "schedule" ? type.guard : undefined);
  return guard !== undefined && Object.keys(guard).length > 0 ? { guard } : {};
};

/** What many waiting tasks have in common is kept once: here, and in their type. */
const NO_LABELS: TaskDefinition["labels"] = {};
const NO_TIMEOUT: TaskTimeout = { attemptMs: null, totalMs: null };

const timeoutOf = ({ timeout }: SubmitBody): TaskTimeout =>
  timeout ? { attemptMs: timeout.attemptMs ?? null, totalMs: timeout.totalMs ?? null } : NO_TIMEOUT;

/** A submission that is right in itself: its type, and its payload as `keepPayload` left it. */
export interface Judged {
  readonly type: ExecutorType;
  readonly payload: Stored<unknown>;
}

export const define = (
  { clock, ids }: Authority,
  submission: Submission,
  { type, payload }: Judged,
): TaskDefinition => {
  const { task, by, parent, taskId } = submission;
  const now = clock.now();
  const timeout = timeoutOf(task);
  return {
    id: taskId ?? ids.next(),
    type: type.type,
    name: task.name ?? nameFor(type, task.payload),
    queue: task.queue ?? DEFAULT_QUEUE,
    priority: task.priority ?? "normal",
    payload,
    labels: task.labels ?? NO_LABELS,
    runAt: laterOf(task.runAt, now),
    retry: task.retry ? { ...type.retry, ...task.retry } : type.retry,
    timeout,
    repeatable: type.repeatable,
    pause: type.pause,
    approval: task.approval ?? false,
    idempotencyKey: task.idempotencyKey ?? null,
    submittedBy: by.actor,
    submittedAt: timestamp(now),
    expiresAt: timeout.totalMs === null ? null : timestamp(now + timeout.totalMs),
    ...asked(task, type),
    ...laneOf(task.payload, type),
    ...siteOf(task.payload, type),
    ...guardOf(submission, type),
    ...(parent === undefined ? {} : { parent: parent.id, generation: parent.generation }),
    rights: by.capabilities,
  };
};

/** The answer to a key that has its task already. */
const repeated = ({ tasks }: Authority, key: string, digest: Digest): WishReply | undefined => {
  const id = tasks.byIdempotencyKey(key);
  const live = id === undefined ? undefined : tasks.get(id);
  const first = live ?? (id === undefined ? undefined : tasks.settled(id));
  if (id === undefined || first === undefined) return undefined;
  const before = live ? submissionDigest(definitionOf(snapshotOf(live).context)) : tasks.settled(id)?.digest;
  const now = digest();
  if (now !== null && before !== undefined && now !== before)
    return refuse(
      "key-reused",
      `The idempotency key belongs to task ${id}, whose type or payload is a different one.`,
    );
  const state = live ? statePath(snapshotOf(live)) : "settled";
  return { ok: true, taskId: id, seq: first.seq, state, repeated: true };
};

/** What its key stands for, asked only where there is a task with that key. */
type Digest = () => string | null;

const DEFAULT_QUEUE = "default";

/** What a task's place among the others depends on. */
interface Place {
  readonly idempotencyKey?: string | null;
  readonly after?: readonly string[];
  readonly queue?: string;
  readonly retryOf?: string;
}

const TASK_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Why this task cannot be repeated with changes; one that was forgotten long ago can. */
const retryFault = ({ tasks }: Authority, retryOf: string): Refusal | undefined => {
  const live = tasks.get(retryOf);
  if (live) {
    const state = statePath(snapshotOf(live));
    const message = `Task ${retryOf} has not ended: it is ${state.replace(".", ", ")}. Cancel it first.`;
    return refuse("refused", message, { state });
  }
  if (tasks.settled(retryOf) || TASK_ID.test(retryOf)) return undefined;
  const details = [{ path: "retryOf", message: "not the id of a task" }];
  return refuse("invalid", "What it repeats is not a task.", { details });
};

const NONE: ReadonlySet<string> = new Set();
const FIRST_FAULT = "there is no such task, or it settled too long ago";

const firstsFaults = (
  { tasks }: Authority,
  after: readonly string[],
  coming: ReadonlySet<string>,
): Detail[] =>
  after.flatMap((id, index) =>
    coming.has(id) || tasks.standing(id) !== "unknown"
      ? []
      : [{ path: `after/${index}`, message: FIRST_FAULT }],
  );

/**
 * What is already there decides: the task that its key has, or the refusal it deserves; undefined when nothing is in its
 * way. `coming`: tasks that will be there before this one.
 */
export const obstacleOf = (
  authority: Authority,
  { idempotencyKey, after = [], queue = DEFAULT_QUEUE, retryOf }: Place,
  digest: Digest,
  coming = NONE,
): WishReply | undefined => {
  const first = typeof idempotencyKey === "string" ? repeated(authority, idempotencyKey, digest) : undefined;
  if (first) return first;
  const full = authority.full();
  if (full !== null) return refuse("full", full);
  if (authority.records.queue.get(queue)?.state === "draining")
    return refuse("refused", `The queue ${queue} is being drained: it takes no new tasks.`);
  const details = firstsFaults(authority, after, coming).slice(0, 20);
  if (details.length > 0)
    return refuse("invalid", "It names tasks as coming first that are not known.", { details });
  return retryOf === undefined ? undefined : retryFault(authority, retryOf);
};

/** The payload as facts carry it: at once while it is small enough to be part of one. */
export const keepPayload = (
  { objects }: Authority,
  payload: unknown,
): Stored<unknown> | Promise<Stored<unknown>> =>
  sizeOf(payload) <= INLINE_LIMIT ? { value: payload } : objects.keep(payload);

/** All of taking a task in that takes time: its definition, or the answer it deserves already. Writes no fact. */
export const prepare = async (
  authority: Authority,
  submission: Submission,
): Promise<{ readonly definition: TaskDefinition } | WishReply> => {
  const { task } = submission;
  const type = judge(authority, submission);
  if ("ok" in type) return type;
  const obstacle = obstacleOf(authority, task, () => digestOf(submission));
  if (obstacle) return obstacle;
  const payload = await keepPayload(authority, task.payload);
  return { definition: define(authority, submission, { type, payload }) };
};

/**
 * Takes a task in, in one go; what else there is may have changed since its definition was made, so that is asked again.
 * `mayBegin`: no other comes with it that might be more important.
 */
export const admit = (
  authority: Authority,
  { by, id, together }: Pick<Submission, "by" | "id" | "together">,
  definition: TaskDefinition,
  mayBegin: boolean,
): WishReply => {
  const digest = (): string | null => (isAsked(by.actor) ? submissionDigest(definition) : null);
  const obstacle = obstacleOf(authority, definition, digest);
  if (obstacle) return obstacle;
  const { tasks, placement } = authority;
  const task = tasks.conceive(definition.id);
  const cause = { by: by.actor, id, ...(together === undefined ? {} : { together }) };
  const { seq } = mayBegin
    ? placement.submit(tasks, task, definition, cause)
    : tasks.record(task, { type: "submitted", definition }, cause);
  return { ok: true, taskId: task.id, seq, state: statePath(snapshotOf(task)) };
};

/** Takes a task in, or says why not. An idempotency key that already has its task is answered with that task. */
export const submit = async (authority: Authority, submission: Submission): Promise<WishReply> => {
  const prepared = await prepare(authority, submission);
  return "ok" in prepared ? prepared : admit(authority, submission, prepared.definition, true);
};

/**
 * As `submit`, and nothing is waited for: what is too large to be part of a fact is refused. It gets in line: what else is
 * due at the same moment may be more important.
 */
export const submitAtOnce = (authority: Authority, submission: Submission): WishReply => {
  const type = judge(authority, submission);
  if ("ok" in type) return type;
  const { payload } = submission.task;
  if (sizeOf(payload) > INLINE_LIMIT)
    return refuse("too-large", `The payload is larger than ${INLINE_LIMIT} bytes.`);
  const definition = define(authority, submission, { type, payload: { value: payload } });
  return admit(authority, submission, definition, false);
};
