import type { SubmitBody } from "#schema/submit-body.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { Priority } from "#schema/task.definition.ts";

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
});

const MINUTE_MS = 60_000;

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
  return {
    type,
    payload: draft.payload,
    ...(draft.name.trim() === "" ? {} : { name: draft.name.trim() }),
    ...(draft.queue.trim() === "" ? {} : { queue: draft.queue.trim() }),
    ...(draft.priority === "normal" ? {} : { priority: draft.priority }),
    ...(draft.maxAttempts === null ? {} : { retry: { maxAttempts: draft.maxAttempts } }),
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
