import { SubmitBody } from "#schema/submit-body.ts";
import type { Refusal, SubmitManyReply, SubmitManyWish, WishReply } from "#schema/wishes.ts";
import type { Authority } from "../authority.ts";
import { FactTooLarge } from "../journal/journal.ts";
import { misshapen, shapeOf } from "../shape.ts";
import { judge, refuse } from "./submission.ts";
import { admit, define, type Judged, keepPayload } from "./submit.ts";
import { isReference, latest, submitGraph } from "./submit-graph.ts";

const bodyShape = shapeOf(SubmitBody);

/** Nobody else is heard while the tasks of a wish are looked at; one check alone may take 200 ms. */
const LOOK_MS = 1_000;
const NOT_LOOKED_AT = refuse(
  "too-large",
  `The tasks before it in this wish took more than ${LOOK_MS} ms to check, so that it was not looked at. Submit it in another.`,
);

/** Not yet known to be in shape. */
const refersToAnother = (task: Partial<SubmitBody> | null): boolean =>
  Array.isArray(task?.after) && task.after.some((id) => typeof id === "string" && isReference(id));

const judgeOne = (
  authority: Authority,
  { id, by }: SubmitManyWish,
  task: SubmitBody,
): Refusal | Judged | Promise<Judged> => {
  const faults = bodyShape(task);
  if (faults.length > 0) return misshapen(faults);
  const type = judge(authority, { id, by, task });
  if ("ok" in type) return type;
  const payload = keepPayload(authority, task.payload);
  return payload instanceof Promise ? payload.then((kept) => ({ type, payload: kept })) : { type, payload };
};

const isReady = (one: Refusal | Judged | Promise<Judged>): one is Refusal | Judged =>
  !(one instanceof Promise);

const takeOne = (authority: Authority, wish: SubmitManyWish, task: SubmitBody, judged: Judged): WishReply => {
  const { id, by } = wish;
  try {
    return admit(authority, wish, define(authority, { id, by, task }, judged), false);
  } catch (error) {
    if (error instanceof FactTooLarge) return refuse("too-large", error.message);
    throw error;
  }
};

/**
 * Takes many tasks in at once: each by itself, answered in order; but when any of them names another of the wish in its
 * `after` (`@<index>`), all of them or none.
 */
export const submitMany = async (authority: Authority, wish: SubmitManyWish): Promise<SubmitManyReply> => {
  const { clock } = authority;
  const until = clock.monotonic() + LOOK_MS;
  const begun = wish.tasks.map((task) =>
    clock.monotonic() < until ? judgeOne(authority, wish, task) : NOT_LOOKED_AT,
  );
  // Nothing is waited for when all payloads are small.
  const judged = begun.every(isReady) ? begun : await Promise.all(begun.map((one) => Promise.resolve(one)));
  if (wish.tasks.some(refersToAnother)) return submitGraph(authority, wish, judged);
  const replies = wish.tasks.map((task, index) => {
    const one = judged[index] as Refusal | Judged;
    return "ok" in one ? one : takeOne(authority, wish, task, one);
  });
  return { ok: true, seq: latest(replies), replies };
};
