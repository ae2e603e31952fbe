import type { SubmitBody } from "#schema/submit-body.ts";
import type { Refusal, SubmitManyReply, SubmitManyWish, WishReply } from "#schema/wishes.ts";
import type { Authority } from "../authority.ts";
import { orderOf } from "./graph.ts";
import { type Detail, digestOf, refuse, type Submission } from "./submission.ts";
import { admit, define, type Judged, obstacleOf } from "./submit.ts";

/** `@3` in `after` means the fourth task of the same wish. No id of a task begins so. */
export const isReference = (id: string): boolean => id.startsWith("@");
const REFERENCE = /^@(0|[1-9]\d*)$/;
const indexOf = (id: string): number => Number(REFERENCE.exec(id)?.[1]);

export const latest = (replies: readonly WishReply[]): number =>
  replies.reduce((seq, reply) => (reply.ok ? Math.max(seq, reply.seq) : seq), 0);

/** The refusal of the whole, for the sake of one of its tasks. */
const because = (index: number, { code, message, details = [] }: Refusal): Refusal =>
  refuse(code, `Task ${index}: ${message} Nothing was submitted.`, {
    details: details.map((detail) => ({ ...detail, path: `tasks/${index}/${detail.path}` })),
  });

const strayReferences = (tasks: readonly SubmitBody[]): Detail[] =>
  tasks.flatMap(({ after = [] }, index) =>
    after.flatMap((id, place) =>
      isReference(id) && !(indexOf(id) < tasks.length)
        ? [{ path: `tasks/${index}/after/${place}`, message: `no task of this wish is "${id}"` }]
        : [],
    ),
  );

/** The indices in an order in which each comes after those it refers to, or the refusal of what has no such order. */
const sorted = (tasks: readonly SubmitBody[]): readonly number[] | Refusal => {
  const strays = strayReferences(tasks).slice(0, 20);
  if (strays.length > 0)
    return refuse("invalid", "Some references lead nowhere. Nothing was submitted.", { details: strays });
  const found = orderOf(tasks.map(({ after = [] }) => after.filter(isReference).map(indexOf)));
  if (!found.circle) return found.order;
  const [first = 0] = found.circle;
  const circle = [...found.circle, first].map((index) => `@${index}`).join(" after ");
  return refuse("invalid", `No task can come after itself: ${circle}. Nothing was submitted.`, {
    details: [{ path: `tasks/${first}/after`, message: circle }],
  });
};

interface Placed {
  readonly index: number;
  readonly task: SubmitBody;
  readonly taskId: string;
}

const SAME_KEY =
  "Its idempotency key is that of another task of this wish, whose type or payload is a different one.";

/** The ids that keys will have with earlier tasks of the wish; or the refusal of what is a different task. */
const keyHolders = () => {
  const holders = new Map<string, { readonly taskId: string; readonly digest: string | null }>();
  return {
    hold: (submission: Submission, taskId: string): void => {
      const key = submission.task.idempotencyKey;
      if (key !== undefined) holders.set(key, { taskId, digest: digestOf(submission) });
    },
    of: (submission: Submission): string | Refusal | undefined => {
      const holder = holders.get(submission.task.idempotencyKey ?? "");
      if (!holder || holder.digest === digestOf(submission)) return holder?.taskId;
      return refuse("key-reused", SAME_KEY);
    },
  };
};

/** Every task with its id and with ids in place of references, in order; or why there will be none. */
const place = (
  authority: Authority,
  { id, by, tasks }: SubmitManyWish,
  order: readonly number[],
): Placed[] | Refusal => {
  const idOf = new Map<number, string>();
  const coming = new Set<string>();
  const keys = keyHolders();
  const placed: Placed[] = [];
  for (const index of order) {
    const { after = [], ...rest } = tasks[index] as SubmitBody;
    const ids = after.map((name) => (isReference(name) ? (idOf.get(indexOf(name)) ?? name) : name));
    const task = after.length === 0 ? rest : { ...rest, after: [...new Set(ids)] };
    const submission = { id, by, task };
    const obstacle = obstacleOf(authority, task, () => digestOf(submission), coming);
    if (obstacle && !obstacle.ok) return because(index, obstacle);
    const held = obstacle?.taskId ?? keys.of(submission);
    if (typeof held === "object") return because(index, held);
    const taskId = held ?? authority.ids.next();
    keys.hold(submission, taskId);
    idOf.set(index, taskId);
    coming.add(taskId);
    placed.push({ index, task, taskId });
  }
  return placed;
};

const isRefusal = (one: Refusal | Judged): one is Refusal => "ok" in one;

/**
 * Takes tasks in that refer to one another: all, or none. Everything is judged before the first fact; then the facts
 * follow in one go, those of tasks that come first before the others, so that none ever names a task that is not there.
 */
export const submitGraph = (
  authority: Authority,
  wish: SubmitManyWish,
  judged: readonly (Refusal | Judged)[],
): SubmitManyReply => {
  const { id, by, tasks } = wish;
  for (const [index, one] of judged.entries()) if (isRefusal(one)) return because(index, one);
  const order = sorted(tasks);
  if ("ok" in order) return order;
  const placed = place(authority, wish, order);
  if ("ok" in placed) return placed;
  const replies: WishReply[] = [];
  for (const { index, task, taskId } of placed) {
    const submission = { id, by, task, taskId, together: id };
    const definition = define(authority, submission, judged[index] as Judged);
    replies[index] = admit(authority, submission, definition, false);
  }
  return { ok: true, seq: latest(replies), replies };
};
