import type { NetworkRow } from "#schema/host-api.ts";
import { Name } from "../resources/cells.tsx";
import { CREATED, USED_BY } from "../resources/columns.tsx";
import { GUARD_FACET, type Resource, USE_FACET } from "../resources/resource.ts";

const nameOf = ({ name }: NetworkRow): string => name;

export const NETWORKS: Resource<"networks"> = {
  list: "networks",
  title: "Networks",
  one: "network",
  many: "networks",
  finds: "Name, container or id",
  none: "Networks that are created will show up here by themselves.",
  texts: ({ name, usedBy }) => [name, ...usedBy],
  idOf: ({ id }) => id,
  nameOf,
  labelsOf: ({ labels }) => labels,
  facets: [USE_FACET, GUARD_FACET],
  columns: [
    {
      key: "name",
      title: "Network",
      width: "minmax(180px, 3fr)",
      place: "main",
      order: nameOf,
      cell: (row) => <Name name={row.name} title={row.id} guard={row.protected} />,
    },
    {
      key: "driver",
      title: "Driver",
      width: "90px",
      place: "right",
      order: ({ driver }) => driver,
      cell: ({ driver }) => driver,
    },
    USED_BY,
    { ...CREATED, from: 0, place: "under-right" },
    {
      key: "scope",
      title: "Scope",
      width: "72px",
      from: 760,
      order: ({ scope }) => scope,
      cell: ({ scope }) => scope,
    },
    {
      key: "id",
      title: "Id",
      width: "112px",
      from: 880,
      cell: ({ id }) => <code title={id}>{id.slice(0, 12)}</code>,
    },
  ],
};
