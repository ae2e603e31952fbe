import type { HostRows } from "#client/hosts.ts";
import type { HostList } from "#schema/host-api.ts";
import type { Facet, Resource } from "./resource.ts";
import type { ResourceSearch } from "./resource-search.ts";

const hasLabel = (labels: Readonly<Record<string, string>>, wish: string): boolean => {
  const cut = wish.indexOf("=");
  return cut < 0 ? wish in labels : labels[wish.slice(0, cut)] === wish.slice(cut + 1);
};

/** Image ids come as `sha256:…`; people know what follows. */
const bare = (id: string): string => id.slice(id.indexOf(":") + 1);

/** The facets that apply: an answer the list does not know leaves nothing out. */
const asked = <Row>(facets: readonly Facet<Row>[], search: ResourceSearch) =>
  facets.flatMap(({ key, choices }) => {
    const choice = choices.find(({ value }) => value === search[key]);
    return choice === undefined ? [] : [choice];
  });

/** The rows that fit, in their order. */
export const filterRows = <L extends HostList>(
  resource: Resource<L>,
  rows: readonly HostRows[L][],
  search: ResourceSearch,
): readonly HostRows[L][] => {
  const wanted = search.text?.toLowerCase();
  const { label } = search;
  const { labelsOf, texts, idOf, facets } = resource;
  const choices = asked(facets, search);
  return rows.filter(
    (row) =>
      (wanted === undefined ||
        texts(row).some((text) => text.toLowerCase().includes(wanted)) ||
        bare(idOf(row)).startsWith(bare(wanted))) &&
      (label === undefined || labelsOf === null || hasLabel(labelsOf(row), label)) &&
      choices.every(({ fits }) => fits(row)),
  );
};

/** How many rows each answer of a facet would show beside the other filters, by the answer's value. */
export const facetCounts = <L extends HostList>(
  resource: Resource<L>,
  facet: Facet<HostRows[L]>,
  rows: readonly HostRows[L][],
  search: ResourceSearch,
): ReadonlyMap<string, number> => {
  const { [facet.key]: _, ...others } = search;
  const left = filterRows(resource, rows, others);
  return new Map(facet.choices.map(({ value, fits }) => [value, left.filter(fits).length]));
};
