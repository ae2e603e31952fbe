import type { ReactNode } from "react";
import type { HostRows } from "#client/hosts.ts";
import type { HostList } from "#schema/host-api.ts";

/** Where a cell stands when a row has two lines; the others are left out there. */
export type Place = "main" | "right" | "under" | "under-right";

/** What a cell may know beyond its row. */
export interface Around {
  readonly host: string;
  /** Since when uses are learned, RFC 3339; null when they are not. */
  readonly observedSince: string | null;
}

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** A track of a CSS grid. */
  readonly width: string;
  /** Shown where the table is at least so wide, px. */
  readonly from?: number;
  readonly place?: Place;
  /** What it sorts by; null comes last, whichever way. */
  readonly order?: (row: Row) => number | string | null;
  /** The larger or newer ones are what one looks for first. */
  readonly largeFirst?: boolean;
  readonly cell: (row: Row, around: Around) => ReactNode;
}

export const FACETS = ["state", "use", "kind", "guard"] as const;
export type FacetKey = (typeof FACETS)[number];

interface Choice<Row> {
  readonly value: string;
  readonly title: string;
  readonly fits: (row: Row) => boolean;
}

/** A question with few answers that rows can be told apart by; `key` names it in the address. */
export interface Facet<Row> {
  readonly key: FacetKey;
  readonly title: string;
  readonly choices: readonly Choice<Row>[];
}

/** One of a host's lists: how its rows are named, found, sorted and drawn. */
export interface Resource<L extends HostList, Row = HostRows[L]> {
  readonly list: L;
  readonly title: string;
  readonly one: string;
  readonly many: string;
  /** What the text filter looks at, for its field. */
  readonly finds: string;
  /** Rows are found by a part of one of these, or by the beginning of their id. */
  readonly texts: (row: Row) => readonly string[];
  readonly idOf: (row: Row) => string;
  readonly nameOf: (row: Row) => string;
  /** Null where the engine keeps no labels for such things. */
  readonly labelsOf: ((row: Row) => Readonly<Record<string, string>>) | null;
  readonly facets: readonly Facet<Row>[];
  readonly columns: readonly Column<Row>[];
  /** What is said when the host has none. */
  readonly none: string;
}

interface Guarded {
  readonly protected: string | null;
}

export const GUARD_FACET: Facet<Guarded> = {
  key: "guard",
  title: "Protection",
  choices: [
    { value: "protected", title: "Protected", fits: (row) => row.protected !== null },
    { value: "open", title: "Not protected", fits: (row) => row.protected === null },
  ],
};

interface Used {
  readonly usedBy: readonly string[];
}

export const USE_FACET: Facet<Used> = {
  key: "use",
  title: "Use",
  choices: [
    { value: "used", title: "Used", fits: ({ usedBy }) => usedBy.length > 0 },
    { value: "unused", title: "Unused", fits: ({ usedBy }) => usedBy.length === 0 },
  ],
};
