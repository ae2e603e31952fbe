import type { VolumeRow } from "#schema/host-api.ts";
import { Mark, Name } from "../resources/cells.tsx";
import { CREATED, LAST_USE, sizeColumn, USED_BY } from "../resources/columns.tsx";
import { GUARD_FACET, type Resource, USE_FACET } from "../resources/resource.ts";

const nameOf = ({ name }: VolumeRow): string => name;

/** Anonymous volumes are named by 64 hexadecimal digits; the first twelve tell them apart. */
const shown = ({ name, anonymous }: VolumeRow): string =>
  anonymous && /^[0-9a-f]{64}$/.test(name) ? name.slice(0, 12) : name;

/** The engine lists no sizes of volumes: finding them takes walking all files. */
const UNMEASURED = "The engine does not list it. “Measure now” on the host's card finds the biggest.";

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
    sizeColumn(UNMEASURED),
    USED_BY,
    CREATED,
    LAST_USE,
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
