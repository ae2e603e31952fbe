import { createHash } from "node:crypto";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { Actor } from "#schema/actor.ts";
import { capabilitiesFor, type Capability, missingCapability } from "#schema/policy.ts";
import { INLINE_LIMIT, PAYLOAD_LIMIT } from "#schema/stored.ts";
import { submissionDigest } from "#schema/submission-digest.ts";
import { isToken } from "#schema/token.ts";
import { PRIORITIES } from "#schema/priorities.ts";
import type { RetryPolicy } from "#schema/task.definition.ts";
import type { Refusal, SubmitWish } from "#schema/wishes.ts";
import type { Authority } from "../authority.ts";
import { payloadFaults } from "./payload-faults.ts";

/** A wish, or what a schedule, a template or a running task submits by itself. */
export interface Submission extends Omit<SubmitWish, "by"> {
  readonly by: { readonly actor: Actor; readonly capabilities: readonly Capability[] };
  /** The running task that submits it, and the generation its child is of. */
  readonly parent?: { readonly id: string; readonly generation: number };
  /** Its id, when others must be able to name it before it is taken. */
  readonly taskId?: string;
  /** It is stored with others of this name, or none of them is. */
  readonly together?: string;
}

export type Detail = NonNullable<Refusal["details"]>[number];

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

/** It becomes part of a limit's name, in facts and in an index. */
const LANE_MOST = 200;

const laneFaults = ({ lane }: ExecutorType, payload: unknown): Detail[] => {
  const value = lane && (payload as Readonly<Record<string, unknown>> | null)?.[lane.by];
  if (lane === undefined || typeof value !== "string" || value.length <= LANE_MOST) return [];
  return [{ path: `payload/${lane.by}`, message: `names a lane, with at most ${LANE_MOST} characters` }];
};

/** A limit that nothing is ever held to would be taken for one that holds, and a yes that nobody is asked for, for one to come. */
const planFaults = ({ guard, approval }: SubmitWish["task"], { plans }: ExecutorType): Detail[] => {
  const why = "a task of this type makes no plan that could be";
  if (plans) return [];
  return [
    ...(guard === undefined ? [] : [{ path: "guard", message: `${why} held to it` }]),
    ...(approval === true ? [{ path: "approval", message: `${why} said yes to` }] : []),
  ];
};

const faultsOf = (wish: SubmitWish["task"], type: ExecutorType): Detail[] => [
  ...payloadFaults(type, wish.payload),
  ...laneFaults(type, wish.payload),
  ...retryFaults({ ...type.retry, ...wish.retry }),
  ...planFaults(wish, type),
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

/** Who chooses idempotency keys freely; schedules and tasks make theirs of what they are about. */
export const isAsked = ({ kind }: Actor): boolean => kind === "user" || kind === "token";

/** Who had the key of a schedule's next run would have that run left out. */
const keyFaults = (actor: Actor, { idempotencyKey }: SubmitWish["task"]): Detail[] =>
  isAsked(actor) && idempotencyKey?.startsWith("schedule:")
    ? [{ path: "idempotencyKey", message: 'keys that begin with "schedule:" are those of schedules' }]
    : [];

/** Its digest as it will be once its payload is kept; null where the key alone decides. */
export const digestOf = ({ by, task }: Submission): string | null => {
  if (!isAsked(by.actor)) return null;
  const { type, payload } = task;
  const size = sizeOf(payload);
  if (size <= INLINE_LIMIT) return submissionDigest({ type, payload: { value: payload } });
  const sha256 = createHash("sha256").update(JSON.stringify(payload)).digest("hex");
  return submissionDigest({ type, payload: { ref: sha256, sha256, size } });
};

/** Bytes of its JSON; without end when it is too deep to be written. */
export const sizeOf = (payload: unknown): number => {
  try {
    return Buffer.byteLength(JSON.stringify(payload ?? null));
  } catch (error) {
    if (error instanceof RangeError) return Infinity;
    throw error;
  }
};

export const refuse = (code: Refusal["code"], message: string, more: Partial<Refusal> = {}): Refusal => ({
  ok: false,
  code,
  message,
  ...more,
});

/** The refusal a submission deserves by itself, whatever else there is; or its type. */
export const judge = (authority: Authority, { by, task }: Submission): Refusal | ExecutorType => {
  const type = authority.runners.type(task.type);
  if (!type) {
    const known = authority.runners.typeNames();
    const hint =
      known.length > 0 ? `Known types: ${known.join(", ")}.` : "No runner has announced any type yet.";
    return refuse("unknown-type", `There is no task type "${String(task.type).slice(0, 64)}". ${hint}`);
  }
  if (sizeOf(task.payload) > PAYLOAD_LIMIT) {
    return refuse("too-large", `The payload is larger than ${PAYLOAD_LIMIT} bytes.`);
  }
  const details = [...keyFaults(by.actor, task), ...faultsOf(task, type)];
  if (details.length > 0) return refuse("invalid", `Not a valid task of type ${type.type}.`, { details });
  const missing = missingCapability(by.capabilities, capabilitiesFor(task.type, task.payload, type.needs));
  if (missing) return refuse("forbidden", `Submitting this needs the right "${missing}".`);
  return type;
};
