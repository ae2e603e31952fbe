import type { ImageRow } from "#schema/host-api.ts";
import { Mark, Name } from "../resources/cells.tsx";
import { CREATED, LAST_USE, sizeColumn, USED_BY } from "../resources/columns.tsx";
import { GUARD_FACET, type Resource, USE_FACET } from "../resources/resource.ts";
import { plural } from "../show/words.ts";

const shortId = (id: string): string => id.slice(id.indexOf(":") + 1).slice(0, 12);

/** An image without a tag has only its id. */
const nameOf = ({ tags, id }: ImageRow): string => tags[0] ?? shortId(id);

const ImageName = ({ row }: { readonly row: ImageRow }) => {
  const more = row.tags.length - 1;
  return (
    <Name name={nameOf(row)} title={row.tags.join("\n") || row.id} guard={row.protected}>
      {row.tags.length === 0 && <Mark title="No tag leads to it">dangling</Mark>}
      {more > 0 && <Mark title={row.tags.slice(1).join("\n")}>+{plural(more, "tag")}</Mark>}
    </Name>
  );
};

export const IMAGES: Resource<"images"> = {
  list: "images",
  title: "Images",
  one: "image",
  many: "images",
  finds: "Tag or id",
  none: "Images that are pulled or built will show up here by themselves.",
  texts: ({ tags, usedBy }) => [...tags, ...usedBy],
  idOf: ({ id }) => id,
  nameOf,
  labelsOf: ({ labels }) => labels,
  facets: [
    USE_FACET,
    {
      key: "kind",
      title: "Tags",
      choices: [
        { value: "tagged", title: "Tagged", fits: ({ tags }) => tags.length > 0 },
        { value: "dangling", title: "Dangling", fits: ({ tags }) => tags.length === 0 },
      ],
    },
    GUARD_FACET,
  ],
  columns: [
    {
      key: "name",
      title: "Image",
      width: "minmax(180px, 3fr)",
      place: "main",
      order: nameOf,
      cell: (row) => <ImageName row={row} />,
    },
    sizeColumn(),
    USED_BY,
    CREATED,
    LAST_USE,
    {
      key: "id",
      title: "Id",
      width: "112px",
      from: 940,
      cell: ({ id }) => <code title={id}>{shortId(id)}</code>,
    },
  ],
};
