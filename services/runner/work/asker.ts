import { setTimeout as sleep } from "node:timers/promises";
import { LostObject } from "#infra/nats/objects.ts";
import type { ChildReply, ResultsReply } from "#schema/attempt-questions.ts";
import type { Stored } from "#schema/stored.ts";
import type { FirstResult } from "../executor.ts";
import type { Identity, ReportWay } from "../attempts/reporter.ts";
import type { Answer, Question } from "../slots/slot-protocol.ts";

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;
/** Results on their way to the work at once: each may be as large as a payload. */
const RESULTS_AT_ONCE = 20;

/**
 * Puts a question of an attempt to the scheduler until it is answered. `identity`: the attempt as it is now, undefined when
 * it is over. `stale`: the task is no longer the attempt's.
 */
export type Asker = (
  question: Question,
  identity: () => Identity | undefined,
) => Promise<Answer | "stale" | undefined>;

interface Options {
  readonly runner: string;
  readonly way: Pick<ReportWay, "live" | "greet">;
  boot(): string;
  /** Undefined when nobody answered in time. */
  say<T>(kind: "submit" | "results", body: unknown): Promise<T | undefined>;
  /** Throws LostObject. */
  load<T>(stored: Stored<T>): Promise<T>;
}

type Reply = ChildReply | ResultsReply;
type Refusal = Extract<Reply, { ok: false }>;

const detailsOf = (refusal: Refusal): string =>
  "details" in refusal
    ? (refusal.details ?? []).map(({ path, message }) => ` ${path}: ${message}.`).join("")
    : "";

export const createAsker = ({ runner, way, boot, say, load }: Options): Asker => {
  const put = (question: Question, { taskId, token }: Identity): Promise<Reply | undefined> => {
    const asker = { runner, boot: boot(), taskId, token };
    if (question.type === "results")
      return say<ResultsReply>("results", { ...asker, from: question.from, most: RESULTS_AT_ONCE });
    const { key, task } = question;
    return say<ChildReply>("submit", { ...asker, key, task });
  };

  const loaded = async ({
    result,
    ...first
  }: Extract<ResultsReply, { ok: true }>["results"][number]): Promise<FirstResult> => {
    try {
      return { ...first, result: result === null ? null : await load(result) };
    } catch (error) {
      if (!(error instanceof LostObject)) throw error;
      return { ...first, result: null, error: { code: "lost-object", message: error.message } };
    }
  };

  const answerOf = async (reply: Extract<Reply, { ok: true }>): Promise<Answer> => {
    if ("taskId" in reply) return { type: "submit", taskId: reply.taskId };
    const { results, next } = reply;
    return { type: "results", results: await Promise.all(results.map(loaded)), next };
  };

  return async (question, identity) => {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      await way.live();
      const asked = identity();
      if (!asked) return undefined;
      const reply = await put(question, asked);
      // What cannot be loaded is waited for, unless the runner is stopping.
      if (reply?.ok) return answerOf(reply).catch(() => undefined);
      if (reply?.code === "unknown-runner") await way.greet();
      else if (reply?.code === "stale") {
        // Under a token that was replaced meanwhile it says nothing.
        if (identity()?.token === asked.token) return "stale";
      } else if (reply && reply.code !== "unavailable")
        return { type: "refused", code: reply.code, message: `${reply.message}${detailsOf(reply)}` };
      await sleep(wait);
    }
  };
};
