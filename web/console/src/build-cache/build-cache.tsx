import type { BuildCacheRow } from "#schema/host-api.ts";
import { Age, Mark, Name } from "../resources/cells.tsx";
import { CREATED, sizeColumn } from "../resources/columns.tsx";
import type { Resource } from "../resources/resource.ts";
import { number } from "../show/words.ts";

const nameOf = ({ description, id }: BuildCacheRow): string => description || id;

export const BUILD_CACHE: Resource<"build-cache"> = {
  list: "build-cache",
  title: "Build cache",
  one: "record",
  many: "records of build cache",
  finds: "Step or id",
  none: "Builds keep their steps here, to be faster the next time.",
  texts: ({ description, type }) => [description, type],
  idOf: ({ id }) => id,
  nameOf,
  labelsOf: null,
  facets: [
    {
      key: "use",
      title: "Use",
      choices: [
        { value: "used", title: "In use", fits: ({ inUse }) => inUse },
        { value: "unused", title: "Unused", fits: ({ inUse }) => !inUse },
      ],
    },
    {
      key: "kind",
      title: "Sharing",
      choices: [
        { value: "shared", title: "Shared", fits: ({ shared }) => shared },
        { value: "own", title: "Not shared", fits: ({ shared }) => !shared },
      ],
    },
  ],
  columns: [
    {
      key: "name",
      title: "Step",
      width: "minmax(180px, 3fr)",
      place: "main",
      order: nameOf,
      cell: (row) => (
        <Name name={nameOf(row)} title={`${nameOf(row)}\n${row.id}`} guard={null}>
          {row.inUse && <Mark title="A build or an image uses it">in use</Mark>}
          {row.shared && <Mark title="Its bytes are shared with an image">shared</Mark>}
        </Name>
      ),
    },
    sizeColumn(),
    {
      key: "type",
      title: "Type",
      width: "130px",
      place: "under",
      order: ({ type }) => type,
      cell: ({ type }) => type,
    },
    {
      key: "uses",
      title: "Uses",
      width: "64px",
      from: 760,
      order: ({ usageCount }) => usageCount,
      largeFirst: true,
      cell: ({ usageCount }) => number(usageCount),
    },
    CREATED,
    {
      key: "last-use",
      title: "Last used",
      width: "110px",
      place: "under-right",
      order: ({ lastUsedAt }) => (lastUsedAt === null ? null : Date.parse(lastUsedAt)),
      largeFirst: true,
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? "never" : <Age at={lastUsedAt} />),
    },
  ],
};
