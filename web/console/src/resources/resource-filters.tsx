import { Button, CloseButton, NativeSelect, TextInput } from "@mantine/core";
import type { HostRows } from "#client/hosts.ts";
import type { HostList } from "#schema/host-api.ts";
import { number } from "../show/words.ts";
import { facetCounts } from "./filter-rows.ts";
import type { Facet, Resource } from "./resource.ts";
import { isFiltered, type ResourceSearch } from "./resource-search.ts";
import { orderOf } from "./sort-rows.ts";

/** A change of the address; `typing` ones leave no step to go back to. */
export type ChangeSearch = (
  part: { readonly [K in keyof ResourceSearch]?: string | undefined },
  typing?: boolean,
) => void;

interface FacetProps<L extends HostList> {
  readonly resource: Resource<L>;
  readonly facet: Facet<HostRows[L]>;
  readonly rows: readonly HostRows[L][];
  readonly search: ResourceSearch;
  readonly onChange: ChangeSearch;
}

/** The answers there are rows for, with how many; pressed again, an answer leaves nothing out. */
const FacetButtons = <L extends HostList>({ resource, facet, rows, search, onChange }: FacetProps<L>) => {
  const counts = facetCounts(resource, facet, rows, search);
  const pressed = search[facet.key];
  const shown = facet.choices.filter(({ value }) => value === pressed || (counts.get(value) ?? 0) > 0);
  // All rows alike: there is nothing to choose.
  if (shown.length < 2 && shown[0]?.value !== pressed) return null;
  return (
    <div className="presets" role="group" aria-label={facet.title}>
      {shown.map(({ value, title }) => (
        <button
          key={value}
          type="button"
          className="preset"
          aria-pressed={pressed === value}
          data-testid={`facet-${value}`}
          onClick={() => onChange({ [facet.key]: pressed === value ? undefined : value })}
        >
          {title} <b>{number(counts.get(value) ?? 0)}</b>
        </button>
      ))}
    </div>
  );
};

interface ResourceFiltersProps<L extends HostList> {
  readonly resource: Resource<L>;
  readonly rows: readonly HostRows[L][];
  readonly search: ResourceSearch;
  readonly onChange: ChangeSearch;
}

/** What the list is narrowed to, and on a narrow screen how it is sorted: all of it stands in the address. */
export const ResourceFilters = <L extends HostList>(props: ResourceFiltersProps<L>) => {
  const { resource, search, onChange } = props;
  const { facets, columns, finds, labelsOf, many, one } = resource;
  const sortable = columns.filter(({ order }) => order !== undefined);
  const order = orderOf(columns, search.sort);
  return (
    <div className="filters resource-filters" role="search" aria-label={`Filter ${many}`}>
      <TextInput
        size="xs"
        w={220}
        placeholder={finds}
        aria-label={finds}
        data-testid={`${one.replaceAll(" ", "-")}-filter`}
        value={search.text ?? ""}
        onChange={(event) => onChange({ text: event.currentTarget.value || undefined }, true)}
        rightSection={
          search.text !== undefined && (
            <CloseButton size="xs" aria-label="Clear" onClick={() => onChange({ text: undefined })} />
          )
        }
      />
      {facets.map((facet) => (
        <FacetButtons key={facet.key} {...props} facet={facet} />
      ))}
      {labelsOf !== null && (
        <TextInput
          size="xs"
          w={190}
          placeholder="Label, or label=value"
          aria-label="Label, or label=value"
          value={search.label ?? ""}
          onChange={(event) => onChange({ label: event.currentTarget.value || undefined }, true)}
        />
      )}
      <NativeSelect
        size="xs"
        className="sort-select"
        aria-label="Sort by"
        value={order === undefined ? "" : `${order.down ? "-" : ""}${order.column.key}`}
        onChange={(event) => onChange({ sort: event.currentTarget.value })}
        data={sortable.flatMap(({ key, title }) => [
          { value: key, label: `${title}, up` },
          { value: `-${key}`, label: `${title}, down` },
        ])}
      />
      {isFiltered(search) && (
        <Button
          size="compact-xs"
          variant="subtle"
          data-testid="clear-filters"
          onClick={() =>
            onChange({
              text: undefined,
              label: undefined,
              ...Object.fromEntries(facets.map(({ key }) => [key, undefined])),
            })
          }
        >
          Clear filters
        </Button>
      )}
    </div>
  );
};
