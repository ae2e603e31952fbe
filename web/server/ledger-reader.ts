import type { Page } from "#schema/api.ts";
import type { LedgerQuery, LedgerRow } from "#schema/ledger-api.ts";
import type { Edge } from "./edge.ts";
import { type LedgerPage, listLedger } from "./queries/ledger.ts";
import { actionOf } from "./undo.ts";

/** A payload kept elsewhere may have 1 MiB; what was read of it is a word. */
const MOST_KNOWN = 1_000;
const MOST_LOADED = 20;

export type LedgerReader = (query: LedgerQuery) => Promise<Page<LedgerRow>>;

/** Reads pages of the ledger. What a task with a large payload was asked to do is looked up, and known from then on. */
export const openLedger = ({ history, payloads }: Edge): LedgerReader => {
  const known = new Map<string, string | null>();

  const lookUp = async ({ elsewhere }: LedgerPage): Promise<void> => {
    const unknown = [...elsewhere].filter(([id]) => !known.has(id)).slice(0, MOST_LOADED);
    if (known.size + unknown.length > MOST_KNOWN) known.clear();
    await Promise.all(
      unknown.map(async ([id, payload]) => known.set(id, actionOf(await payloads.load(id, payload)))),
    );
  };

  return async (query) => {
    const page = await history.read((sql) => listLedger(sql, query));
    await lookUp(page);
    const { elsewhere: _, ...answer } = page;
    return {
      ...answer,
      items: page.items.map((row) => ({
        ...row,
        task: { ...row.task, action: row.task.action ?? known.get(row.task.id) ?? null },
      })),
    };
  };
};
