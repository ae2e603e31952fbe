import type { VolumeRow } from "#schema/host-api.ts";
import { Age, LastUse, Mark, Name, Size, UsedBy } from "../resources/cells.tsx";
import { lastUseOrder } from "../resources/last-use-words.ts";
import { GUARD_FACET, type Resource, USE_FACET } from "../resources/resource.ts";

const nameOf = ({ name }: VolumeRow): string => name;

/** Anonymous volumes are named by 64 hexadecimal digits; the first twelve tell them apart. */
const shown = ({ name, anonymous }: VolumeRow): string =>
  anonymous && /^[0-9a-f]{64}$/.test(name) ? name.slice(0, 12) : name;

export const VOLUMES: Resource<"volumes"> = {
  list: "volumes",
  title: "Volumes",
  one: "volume",
  many: "volumes",
  finds: "Name or container",
  none: "Volumes that are created will show up here by themselves.",
  texts: ({ name, usedBy }) => [name, ...usedBy],
  idOf: nameOf,
  nameOf,
  labelsOf: ({ labels }) => labels,
  facets: [
    USE_FACET,
    {
      key: "kind",
      title: "Name",
      choices: [
        { value: "named", title: "Named", fits: ({ anonymous }) => !anonymous },
        { value: "anonymous", title: "Anonymous", fits: ({ anonymous }) => anonymous },
      ],
    },
    GUARD_FACET,
  ],
  columns: [
    {
      key: "name",
      title: "Volume",
      width: "minmax(180px, 3fr)",
      place: "main",
      order: nameOf,
      cell: (row) => (
        <Name name={shown(row)} title={row.name} guard={row.protected}>
          {row.anonymous && <Mark title="Made for one container, without a name of its own">anonymous</Mark>}
        </Name>
      ),
    },
    {
      key: "size",
      title: "Size",
      width: "96px",
      place: "right",
      order: ({ bytes }) => bytes,
      largeFirst: true,
      cell: ({ bytes }) => (
        <Size value={bytes} reason="Volumes are measured by “Measure now” on the host's card." />
      ),
    },
    {
      key: "used-by",
      title: "Used by",
      width: "minmax(110px, 1fr)",
      place: "under",
      order: ({ usedBy }) => usedBy.length,
      largeFirst: true,
      cell: ({ usedBy }, { host }) => <UsedBy names={usedBy} host={host} />,
    },
    {
      key: "created",
      title: "Created",
      width: "96px",
      from: 720,
      order: ({ createdAt }) => (createdAt === null ? null : Date.parse(createdAt)),
      largeFirst: true,
      cell: ({ createdAt }) => <Age at={createdAt} />,
    },
    {
      key: "last-use",
      title: "Last used",
      width: "140px",
      place: "under-right",
      order: lastUseOrder,
      largeFirst: true,
      cell: (row, around) => <LastUse row={row} around={around} />,
    },
    {
      key: "driver",
      title: "Driver",
      width: "90px",
      from: 940,
      order: ({ driver }) => driver,
      cell: ({ driver }) => driver,
    },
  ],
};
