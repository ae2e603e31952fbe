import { FACETS, type FacetKey } from "./resource.ts";

/** Filters and order of a list as they stand in the address; `sort` is a column, with `-` before it the other way. */
export type ResourceSearch = { readonly [K in FacetKey | "text" | "label" | "sort"]?: string };

const KEYS = ["text", "label", ...FACETS, "sort"] as const;
const LONGEST = 200;

const words = (raw: unknown): string | undefined => {
  // The router reads what looks like a number as one.
  const text = typeof raw === "string" || typeof raw === "number" ? String(raw).trim().slice(0, LONGEST) : "";
  return text === "" ? undefined : text;
};

/** What the list understands of an address; the rest is dropped. */
export const resourceSearch = (raw: Record<string, unknown>): ResourceSearch =>
  Object.fromEntries(
    KEYS.map((key) => [key, words(raw[key])] as const).filter(([, value]) => value !== undefined),
  );

/** Whether anything but the order is asked for. */
export const isFiltered = (search: ResourceSearch): boolean =>
  Object.entries(search).some(([key, value]) => key !== "sort" && value !== undefined);
