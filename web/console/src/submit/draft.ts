import type { SubmitBody } from "#schema/submit-body.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { TaskDetail } from "#schema/api.ts";
import type { Priority } from "#schema/task.definition.ts";

const MINUTE_MS = 60_000;

/** What the form holds: numbers in the units people think in. */
export interface Draft {
  readonly payload: unknown;
  readonly name: string;
  readonly queue: string;
  readonly priority: Priority;
  readonly maxAttempts: number | null;
  readonly attemptMinutes: number | null;
  readonly totalMinutes: number | null;
  readonly delayMinutes: number | null;
  readonly approval: boolean;
  /** What the form has no field for and what is sent along as it is. */
  readonly carry: Partial<SubmitBody>;
}

export const draftFor = (type: ExecutorType): Draft => ({
  payload: type.example,
  name: "",
  queue: "",
  priority: "normal",
  maxAttempts: null,
  attemptMinutes: null,
  totalMinutes: null,
  delayMinutes: null,
  approval: false,
  carry: {},
});

/** The same for one container host, with a look at its plan before anything happens, where there is one. */
export const draftForHost = (type: ExecutorType, host: string): Draft => {
  const draft = draftFor(type);
  const payload = typeof draft.payload === "object" && draft.payload !== null ? draft.payload : {};
  return { ...draft, payload: { ...payload, host }, approval: type.plans };
};

const inMinutes = (ms: number | null | undefined): number | null =>
  typeof ms === "number" ? ms / MINUTE_MS : null;

/** A request as the form shows it; the due moment is left out, since it has passed by the next time. */
export const draftOf = (body: SubmitBody): Draft => {
  const { type: _type, payload, name, queue, priority, retry, timeout, approval, ...rest } = body;
  const { runAt: _runAt, idempotencyKey: _key, ...carry } = rest;
  const { maxAttempts, ...backoff } = retry ?? {};
  return {
    payload,
    name: name ?? "",
    queue: queue ?? "",
    priority: priority ?? "normal",
    maxAttempts: maxAttempts ?? null,
    attemptMinutes: inMinutes(timeout?.attemptMs),
    totalMinutes: inMinutes(timeout?.totalMs),
    delayMinutes: null,
    approval: approval ?? false,
    carry: Object.keys(backoff).length === 0 ? carry : { ...carry, retry: backoff },
  };
};

/** Labels the system sets by itself. */
const OWN = "longshore.";

/** A task to be repeated with changes: everything it was asked with, but when and after what. */
export const draftFromTask = ({
  id,
  context,
  payload,
}: Pick<TaskDetail, "id" | "context" | "payload">): Draft => {
  const { definition } = context;
  if (definition === null) return draftOf({ type: "", payload, retryOf: id });
  const { type, name, queue, priority, retry, timeout, approval, concurrency, rate, locks, requires, guard } =
    definition;
  const labels = Object.fromEntries(
    Object.entries(definition.labels).filter(([key]) => !key.startsWith(OWN)),
  );
  return draftOf({
    type,
    payload,
    name,
    queue,
    priority,
    retry: { ...retry },
    timeout: {
      ...(timeout.attemptMs === null ? {} : { attemptMs: timeout.attemptMs }),
      ...(timeout.totalMs === null ? {} : { totalMs: timeout.totalMs }),
    },
    approval,
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(rate === undefined ? {} : { rate }),
    ...(locks === undefined ? {} : { locks: [...locks] }),
    ...(guard === undefined ? {} : { guard }),
    ...(requires === undefined ? {} : { requires: { ...requires } as SubmitBody["requires"] & object }),
    retryOf: id,
  });
};

const CARRIED: readonly (readonly [keyof SubmitBody, string])[] = [
  ["labels", "labels"],
  ["concurrency", "concurrency key"],
  ["rate", "rate"],
  ["locks", "locks"],
  ["requires", "what it needs of a runner"],
  ["guard", "what its plan is held to"],
  ["after", "what it comes after"],
];

/** What is sent along unseen, in words; empty when there is none. */
export const carriedWords = ({ carry }: Draft): string =>
  CARRIED.filter(([key]) => carry[key] !== undefined)
    .map(([, words]) => words)
    .join(", ");

const timeout = ({ attemptMinutes, totalMinutes }: Draft): SubmitBody["timeout"] => {
  if (attemptMinutes === null && totalMinutes === null) return undefined;
  return {
    ...(attemptMinutes === null ? {} : { attemptMs: Math.round(attemptMinutes * MINUTE_MS) }),
    ...(totalMinutes === null ? {} : { totalMs: Math.round(totalMinutes * MINUTE_MS) }),
  };
};

/** The request the draft stands for; what was left alone is left out, so that the server's defaults hold. `now` in ms. */
export const bodyOf = (type: string, draft: Draft, now: number): SubmitBody => {
  const limits = timeout(draft);
  const retry = {
    ...draft.carry.retry,
    ...(draft.maxAttempts === null ? {} : { maxAttempts: draft.maxAttempts }),
  };
  return {
    ...draft.carry,
    type,
    payload: draft.payload,
    ...(draft.name.trim() === "" ? {} : { name: draft.name.trim() }),
    ...(draft.queue.trim() === "" ? {} : { queue: draft.queue.trim() }),
    ...(draft.priority === "normal" ? {} : { priority: draft.priority }),
    ...(Object.keys(retry).length === 0 ? {} : { retry }),
    ...(limits === undefined ? {} : { timeout: limits }),
    ...(draft.delayMinutes === null
      ? {}
      : { runAt: new Date(now + draft.delayMinutes * MINUTE_MS).toISOString() }),
    ...(draft.approval ? { approval: true } : {}),
  };
};

/** The same request for a terminal. */
export const curlOf = (origin: string, body: SubmitBody): string => {
  const json = JSON.stringify(body, null, 2).replaceAll("'", `'\\''`);
  return [
    `curl ${origin}/api/tasks \\`,
    `  -H "Authorization: Bearer $LONGSHORE_ADMIN_TOKEN" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${json}'`,
  ].join("\n");
};
