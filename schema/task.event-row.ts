import type { TaskEventRow } from "./api.ts";
import type { TaskFact } from "./envelope.ts";

/** The line of a history a fact makes: the same on the server and in the console, so they cannot disagree. */
export const eventRowOf = (seq: number, fact: TaskFact): TaskEventRow => ({
  seq,
  n: fact.n,
  type: fact.type,
  from: fact.from,
  to: fact.to,
  at: fact.at,
  actor: fact.actor,
  reason: fact.reason,
  cause: fact.cause,
  attempt: fact.attempt,
  runner: fact.runner,
  data: fact.data,
});
