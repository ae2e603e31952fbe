import {
  type FirstResult,
  RESULTS_PER_PAGE,
  type ResultsQuestion,
  type ResultsReply,
} from "#schema/attempt-questions.ts";
import { isTaskFact } from "#schema/envelope.ts";
import { definitionOf, statePath } from "#schema/task.evolve.ts";
import { holds, STALE } from "../runners/attempts.ts";
import type { Authority } from "../authority.ts";
import { snapshotOf } from "../tasks.ts";

/** An answer is one message: half of what a NATS server takes by default. */
const PAGE_BYTES = 512 * 1024;

const resultOf = async ({ tasks, read }: Authority, id: string): Promise<FirstResult> => {
  const nothing = { task: id, outcome: null, result: null, error: null };
  const live = tasks.get(id);
  if (live) return { ...nothing, state: statePath(snapshotOf(live)) };
  const settled = tasks.settled(id);
  const { fact } = settled ? await read(settled.seq) : { fact: undefined };
  if (!fact || !isTaskFact(fact) || !fact.whole) return { ...nothing, state: "unknown" };
  const { outcome, result, error } = fact.whole;
  return { task: id, state: fact.to, outcome, result, error };
};

/** What the tasks that come before a running one left: read from their last facts, a page at a time. Throws NotRecorded. */
export const results = async (authority: Authority, question: ResultsQuestion): Promise<ResultsReply> => {
  const { from = 0, most = RESULTS_PER_PAGE } = question;
  const task = authority.tasks.get(question.taskId);
  if (!holds(task, question)) return STALE;
  const { after = [] } = definitionOf(snapshotOf(task).context);
  // The last fact of one of them may still be on its way to the disk.
  await authority.journal.settled();
  const found = await Promise.all(after.slice(from, from + most).map((id) => resultOf(authority, id)));
  let bytes = 0;
  const tooMuch = found.findIndex(
    (result) => (bytes += Buffer.byteLength(JSON.stringify(result))) > PAGE_BYTES,
  );
  const page = tooMuch < 0 ? found : found.slice(0, Math.max(1, tooMuch));
  const next = from + page.length;
  return { ok: true, results: page, next: next < after.length ? next : null };
};
