import type { NatsConnection } from "#infra/nats/connect.ts";
import { readMessage, streamExtent } from "#infra/nats/follow.ts";
import { type Draft, untilDealtWith } from "#infra/nats/publish.ts";
import { decode } from "#schema/envelope.ts";
import { JOURNAL } from "#schema/subjects.ts";

/** Somebody else has written to the journal: this scheduler is no longer the authority. */
export class Fenced extends Error {
  override readonly name = "Fenced";
}

/**
 * How many of these drafts the journal holds, asked of the leader. Throws Fenced when a foreign fact stands where one of
 * them belongs, or behind them.
 */
export const countStored = async (connection: NatsConnection, drafts: readonly Draft[]): Promise<number> => {
  const [first] = drafts;
  if (first) await untilDealtWith(connection, first.subject);
  const { last } = await streamExtent(connection, JOURNAL);
  let stored = 0;
  for (const draft of drafts) {
    if (draft.seq > last) return stored;
    const bytes = await readMessage(connection, JOURNAL, draft.seq);
    if (bytes === null || decode(bytes).id !== draft.id)
      throw new Fenced(`the journal holds another scheduler's fact at ${draft.seq}`);
    stored += 1;
  }
  const end = drafts.at(-1)?.seq ?? last;
  if (last > end) throw new Fenced(`the journal goes on to ${last} behind our last fact at ${end}`);
  return stored;
};
