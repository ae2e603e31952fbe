import { LostObject } from "#infra/nats/objects.ts";
import type { Batch, BatchResult } from "#schema/batch.ts";
import { isRecordFact } from "#schema/envelope.ts";
import type { Capability } from "#schema/policy.ts";
import type { Authority } from "../authority.ts";
import { look, type Looked } from "../commands.ts";
import type { Undoing } from "./deciding.ts";

/** Reads at once: more would only wait in the server. */
const AT_ONCE = 64;

/** What was looked at, by task; a text says why a task cannot be judged at all. */
export type LookedAt = Map<string, Looked | string>;

/** Looks at many tasks. Throws NotRecorded, ObjectsAway. */
export const lookAtAll = async (
  authority: Authority,
  { action, rights }: { readonly action: Batch["action"]; readonly rights: readonly Capability[] },
  ids: readonly string[],
): Promise<LookedAt> => {
  const found = new Map<string, Looked | string>();
  const waiting = ids.values();
  const lookOn = async (): Promise<void> => {
    for (const taskId of waiting) {
      try {
        found.set(taskId, await look(authority, { taskId, capabilities: rights, command: action }));
      } catch (error) {
        if (!(error instanceof LostObject)) throw error;
        found.set(taskId, `Its payload cannot be read: ${error.message}.`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, lookOn));
  return found;
};

/** All results of an ended batch, the latest first, read back from the journal. Throws NotRecorded. */
const resultsOf = async function* (authority: Authority, { resultsAt }: Batch): AsyncGenerator<BatchResult> {
  // It leads back only: one that did not would never end.
  let above = Infinity;
  for (let seq = resultsAt; seq !== null && seq < above;) {
    const { fact } = await authority.read(seq);
    if (!isRecordFact(fact) || fact.type !== "progressed") return;
    yield* fact.data["results"] as readonly BatchResult[];
    above = seq;
    seq = (fact.after as Batch).resultsAt;
  }
};

/** What the batch did, so that it can be undone; null when it is unknown. Throws NotRecorded. */
export const readUndoing = async (authority: Authority, batch: string): Promise<Undoing | null> => {
  const undone = authority.records.batch.get(batch);
  if (!undone) return null;
  const before = new Map<string, string | null>();
  for await (const result of resultsOf(authority, undone))
    if (result.ok) before.set(result.task, result.before ?? null);
  return { batch, action: undone.action, before };
};
