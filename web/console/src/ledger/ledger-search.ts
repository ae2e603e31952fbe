import { ITEM_KINDS } from "#schema/items.ts";
import { ITEM_OUTCOMES } from "#schema/items.ts";
import type { LedgerFilter } from "#schema/ledger-api.ts";

/** What the ledger is asked for, as it stands in the address. Days are local: `2026-11-21`. */
export interface LedgerSearch {
  readonly text?: string;
  readonly id?: string;
  readonly kind?: string;
  readonly outcome?: string;
  readonly host?: string;
  readonly task?: string;
  readonly from?: string;
  readonly to?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const ID = /^[A-Za-z0-9:_.-]{1,200}$/;

const words = (raw: unknown): string | undefined => {
  if (typeof raw !== "string" && typeof raw !== "number") return undefined;
  const text = String(raw).trim().slice(0, 200);
  return text === "" ? undefined : text;
};

const fitting = (raw: unknown, pattern: RegExp): string | undefined => {
  const text = words(raw);
  return text !== undefined && pattern.test(text) ? text : undefined;
};

const day = (raw: unknown): string | undefined => {
  const text = fitting(raw, DAY);
  return text !== undefined && Number.isFinite(Date.parse(text)) ? text : undefined;
};

/** The filters of the ledger from an address; what makes no sense is left out. */
export const ledgerSearch = (raw: Record<string, unknown>): LedgerSearch => {
  const wished = {
    text: words(raw["text"]),
    id: fitting(raw["id"], ID),
    kind: ITEM_KINDS.find((each) => each === raw["kind"]),
    outcome: ITEM_OUTCOMES.find((each) => each === raw["outcome"] && each !== "begun"),
    host: words(raw["host"]),
    task: fitting(raw["task"], ID),
    from: day(raw["from"]),
    to: day(raw["to"]),
  };
  return Object.fromEntries(Object.entries(wished).filter(([, value]) => value !== undefined));
};

/** Midnight at the beginning of a local day, `later` days on. */
const midnight = (text: string, later: number): string => {
  const [year = 0, month = 1, date = 1] = text.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
};

/** The same for the server: both days are meant in full. */
export const ledgerFilter = ({ from, to, ...rest }: LedgerSearch): LedgerFilter => ({
  ...rest,
  ...(from === undefined ? {} : { from: midnight(from, 0) }),
  ...(to === undefined ? {} : { to: midnight(to, 1) }),
});
