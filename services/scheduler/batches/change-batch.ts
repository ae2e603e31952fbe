import { timestamp } from "#infra/clock.ts";
import { LostObject } from "#infra/nats/objects.ts";
import {
  type Batch,
  BATCH_LIMIT,
  type BatchAction,
  type BatchOutlook,
  type BatchResult,
  OUTLOOK_NAMES,
  RESULTS_PER_FACT,
} from "#schema/batch.ts";
import { missingCapability } from "#schema/policy.ts";
import type { BatchReply, BatchWish, Refusal } from "#schema/wishes.ts";
import type { Authority } from "../authority.ts";
import { faultOf, judge } from "../commands.ts";
import { causeOf } from "./batches.ts";
import { decidingOn, notUndoable, type Undoing } from "./deciding.ts";
import { lookAtAll, readUndoing } from "./reading.ts";

/** Each holds its list of ids in memory while it runs: some 10 MB for the longest. */
const RUNNING_MOST = 100;
const ID_MOST = 64;

type Start = Extract<BatchWish["command"], { type: "start" }>;

const refuse = (code: Refusal["code"], message: string, more: Partial<Refusal> = {}): Refusal => ({
  ok: false,
  code,
  message,
  ...more,
});

const isRunning = ({ state }: Batch): boolean => state === "running";

const readIds = async ({ objects }: Authority, { tasks }: Start): Promise<readonly string[] | Refusal> => {
  let ids: unknown;
  try {
    ids = await objects.load(tasks);
  } catch (error) {
    if (error instanceof LostObject)
      return refuse("invalid", `The list of tasks cannot be read: ${error.message}.`);
    throw error;
  }
  const fits = (id: unknown): boolean => typeof id === "string" && id !== "" && id.length <= ID_MOST;
  if (!Array.isArray(ids) || !ids.every(fits))
    return refuse("invalid", "The list of tasks is not a list of ids.");
  return [...new Set(ids as string[])];
};

/** The tasks that the batch to be undone has changed. */
const readUndone = async (
  authority: Authority,
  action: Extract<BatchAction, { type: "undo" }>,
): Promise<Undoing | Refusal> => {
  const batch = authority.records.batch.get(action.batch);
  if (!batch) return refuse("unknown-record", "There is no such batch.");
  const why = notUndoable(batch.action);
  if (why !== null) return refuse("refused", why);
  if (isRunning(batch))
    return refuse("refused", "It is still at work: stop it first, or wait for its end.", {
      state: batch.state,
    });
  const undoing = await readUndoing(authority, action.batch);
  return undoing ?? refuse("unknown-record", "There is no such batch.");
};

interface Aim {
  readonly ids: readonly string[];
  readonly undoing: Undoing | null;
}

/** What the wish is about, or why there is nothing to be done. */
const aimOf = async (authority: Authority, start: Start): Promise<Aim | Refusal> => {
  const named = await readIds(authority, start);
  if ("ok" in named) return named;
  if (start.action.type !== "undo") {
    if (named.length > 0 && named.length <= BATCH_LIMIT) return { ids: named, undoing: null };
    return refuse(
      "invalid",
      named.length === 0 ? "It names no tasks." : `It names more than ${BATCH_LIMIT} tasks.`,
    );
  }
  const undoing = await readUndone(authority, start.action);
  if ("ok" in undoing) return undoing;
  const among = new Set(named);
  const ids = [...undoing.before.keys()].filter((id) => among.size === 0 || among.has(id));
  return ids.length > 0 ? { ids, undoing } : refuse("refused", "That batch has changed nothing.");
};

const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What would happen, without any fact. Each task is judged as it stands when its turn comes. */
const foresee = async (
  authority: Authority,
  wish: BatchWish,
  { action }: Start,
  aim: Aim,
): Promise<BatchOutlook> => {
  const decide = decidingOn(authority.clock, { id: wish.id, action }, aim.undoing);
  const rights = wish.by.capabilities;
  const reasons = new Map<string, number>();
  const refused: BatchResult[] = [];
  let can = 0;
  for (let from = 0; from < aim.ids.length; from += RESULTS_PER_FACT) {
    const ids = aim.ids.slice(from, from + RESULTS_PER_FACT);
    const looked = await lookAtAll(authority, { action, rights }, ids);
    for (const task of ids) {
      const seen = looked.get(task);
      const verdict = typeof seen === "object" ? judge(authority, seen, decide(task)) : null;
      if (verdict?.ok) {
        can += 1;
        continue;
      }
      const changing = "It is just changing; ask again.";
      const why = verdict?.message ?? (typeof seen === "string" ? seen : changing);
      reasons.set(why, (reasons.get(why) ?? 0) + 1);
      if (refused.length < OUTLOOK_NAMES)
        refused.push({ task, ok: false, state: verdict?.state ?? "unknown", why });
    }
    await breathe();
  }
  return {
    can,
    cannot: aim.ids.length - can,
    reasons: [...reasons].map(([why, count]) => ({ why, count })).sort((a, b) => b.count - a.count),
    refused,
  };
};

const begin = async (
  authority: Authority,
  wish: BatchWish,
  start: Start,
  { ids }: Aim,
): Promise<BatchReply> => {
  const tasks = await authority.objects.keep(ids);
  const { batch: register } = authority.records;
  const running = [...register.all()].filter(isRunning).length;
  if (running >= RUNNING_MOST)
    return refuse("refused", `${running} batches are at work already: wait until one has ended.`);
  const batch: Batch = {
    id: authority.ids.next(),
    action: start.action,
    state: "running",
    by: wish.by.actor,
    rights: wish.by.capabilities,
    reason: wish.reason ?? null,
    at: timestamp(authority.clock.now()),
    tasks,
    ratePerS: start.ratePerS ?? null,
    counts: { total: ids.length, seen: 0, done: 0, refused: 0 },
    resultsAt: null,
    finishedAt: null,
  };
  const { seq } = register.record(batch.id, { type: "started" }, batch, causeOf(batch));
  authority.batches.begin(batch.id);
  return { ok: true, id: batch.id, seq };
};

const stop = (authority: Authority, { by, reason }: BatchWish, id: string): BatchReply => {
  const { records, batches } = authority;
  const batch = records.batch.get(id);
  if (!batch) return refuse("unknown-record", "There is no such batch.");
  if (!isRunning(batch)) return refuse("refused", `It is ${batch.state} already.`, { state: batch.state });
  const { seq } = batches.stop(authority, batch, { by: by.actor, reason: reason ?? null, id });
  return { ok: true, id, seq };
};

/** Starts, foresees or stops a batch. What it does comes afterwards, a part at a time; its record tells how far it is. */
export const changeBatch = async (authority: Authority, wish: BatchWish): Promise<BatchReply> => {
  const missing = missingCapability(wish.by.capabilities, ["operate"]);
  if (missing) return refuse("forbidden", `This needs the right "${missing}".`);
  const { command } = wish;
  if (command.type === "stop") return stop(authority, wish, command.batch);
  const fault = faultOf(authority.clock, command.action);
  if (fault) return fault;
  const aim = await aimOf(authority, command);
  if ("ok" in aim) return aim;
  if (command.dryRun !== true) return begin(authority, wish, command, aim);
  return { ok: true, dryRun: true, ...(await foresee(authority, wish, command, aim)) };
};
