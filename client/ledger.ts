import type { Page } from "#schema/api.ts";
import type { LedgerFilter, LedgerQuery, LedgerRow } from "#schema/ledger-api.ts";
import { addressOf, type Sender } from "./sender.ts";

/** The forms a long list is saved in. */
export type FileFormat = "csv" | "json";

/** What was ever done to what, across all tasks. */
export interface LedgerClient {
  /** Newest first. A page may be shorter than `limit`, even empty, and still have a `next`. */
  list(query?: LedgerQuery): Promise<Page<LedgerRow>>;
  /** The address of it as a file, of at most 100,000 rows: for a link. */
  file(format: FileFormat, filter?: LedgerFilter): string;
}

export const ledgerClient = ({ get }: Sender): LedgerClient => ({
  list: (query) => get("/api/ledger", { ...query }),
  file: (format, filter) => addressOf(`/api/ledger.${format}`, { ...filter }),
});
