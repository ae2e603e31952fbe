/** Columns that several lists have. */
import { Age, LastUse, Size, UsedBy } from "./cells.tsx";
import { lastUseOrder } from "./last-use-words.ts";
import type { Column } from "./resource.ts";

const timeOf = (at: string | null): number | null => (at === null ? null : Date.parse(at));

export const USED_BY: Column<{ readonly usedBy: readonly string[] }> = {
  key: "used-by",
  title: "Used by",
  width: "minmax(110px, 1fr)",
  place: "under",
  order: ({ usedBy }) => usedBy.length,
  largeFirst: true,
  cell: ({ usedBy }, { host }) => <UsedBy names={usedBy} host={host} />,
};

/** Where rows have two lines it is left out, unless a list gives it a place. */
export const CREATED: Column<{ readonly createdAt: string | null }> = {
  key: "created",
  title: "Created",
  width: "96px",
  from: 720,
  order: ({ createdAt }) => timeOf(createdAt),
  largeFirst: true,
  cell: ({ createdAt }) => <Age at={createdAt} />,
};

export const LAST_USE: Column<{ readonly usedBy: readonly string[]; readonly lastUsedAt: string | null }> = {
  key: "last-use",
  title: "Last used",
  width: "140px",
  place: "under-right",
  order: lastUseOrder,
  largeFirst: true,
  cell: (row, around) => <LastUse row={row} around={around} />,
};

/** `reason` says why a size may not be known. */
export const sizeColumn = (reason?: string): Column<{ readonly bytes: number | null }> => ({
  key: "size",
  title: "Size",
  width: "96px",
  place: "right",
  order: ({ bytes }) => bytes,
  largeFirst: true,
  cell: ({ bytes }) => <Size value={bytes} {...(reason === undefined ? {} : { reason })} />,
});
