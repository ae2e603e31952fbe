import type { ContainerRow } from "#schema/api.ts";
import { Age, Mark, Name } from "../resources/cells.tsx";
import { GUARD_FACET, type Resource } from "../resources/resource.ts";
import type { Look } from "../show/state-look.ts";
import { GlyphMark } from "../show/state-mark.tsx";
import { sentence } from "../show/words.ts";

/** States as the engine names them. */
const LOOKS: Readonly<Record<string, Look>> = {
  running: { hue: "green", glyph: "half" },
  paused: { hue: "violet", glyph: "bars" },
  restarting: { hue: "amber", glyph: "loop" },
  removing: { hue: "orange", glyph: "slashed" },
  dead: { hue: "red", glyph: "cross" },
  created: { hue: "slate", glyph: "dots" },
  exited: { hue: "slate", glyph: "circle" },
};

const lookOf = (state: string): Look => LOOKS[state] ?? { hue: "slate", glyph: "circle" };

const nameOf = ({ name }: ContainerRow): string => name;

const State = ({ state }: { readonly state: string }) => {
  const { hue, glyph } = lookOf(state);
  return (
    <span className="state" data-hue={hue} data-state={state}>
      <GlyphMark glyph={glyph} />
      {sentence(state)}
    </span>
  );
};

export const CONTAINERS: Resource<"containers"> = {
  list: "containers",
  title: "Containers",
  one: "container",
  many: "containers",
  finds: "Name, image or id",
  none: "Containers that are created will show up here by themselves.",
  texts: ({ name, image, composeProject = "" }) => [name, image, composeProject],
  idOf: ({ id }) => id,
  nameOf,
  labelsOf: ({ labels }) => labels,
  facets: [
    {
      key: "state",
      title: "State",
      choices: Object.keys(LOOKS).map((state) => ({
        value: state,
        title: sentence(state),
        fits: (row) => row.state === state,
      })),
    },
    GUARD_FACET,
  ],
  columns: [
    {
      key: "state",
      title: "State",
      width: "112px",
      place: "right",
      order: ({ state }) => state,
      cell: ({ state }) => <State state={state} />,
    },
    {
      key: "name",
      title: "Name",
      width: "minmax(180px, 2fr)",
      place: "main",
      order: nameOf,
      cell: (row) => (
        <Name name={row.name} title={row.id} guard={row.protected}>
          {row.autoRemove && <Mark title="Started with --rm: its engine deletes it when it ends">--rm</Mark>}
        </Name>
      ),
    },
    {
      key: "image",
      title: "Image",
      width: "minmax(130px, 1fr)",
      place: "under",
      from: 760,
      order: ({ image }) => image,
      cell: ({ image }) => <span title={image}>{image}</span>,
    },
    { key: "status", title: "Status", width: "186px", cell: ({ status }) => status },
    {
      key: "created",
      title: "Created",
      width: "96px",
      place: "under-right",
      from: 900,
      order: ({ createdAt }) => Date.parse(createdAt),
      largeFirst: true,
      cell: ({ createdAt }) => <Age at={createdAt} />,
    },
    {
      key: "id",
      title: "Id",
      width: "112px",
      from: 1000,
      cell: ({ id }) => <code title={id}>{id.slice(0, 12)}</code>,
    },
  ],
};
