import { Button } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import type { HostRows } from "#client/hosts.ts";
import type { HostInfo, HostList } from "#schema/host-api.ts";
import { EngineAway } from "../hosts/engine-trouble.tsx";
import { Notice } from "../show/notice.tsx";
import { problemWords } from "../show/problem-words.ts";
import { choose, chooseAll, NONE } from "../show/selection.ts";
import { filterRows } from "./filter-rows.ts";
import type { Resource } from "./resource.ts";
import { type ChangeSearch, ResourceFilters } from "./resource-filters.tsx";
import { resourceSearch } from "./resource-search.ts";
import { ResourceTable } from "./resource-table.tsx";
import type { BarProps } from "./selection-bar.tsx";
import { orderOf, sortRows } from "./sort-rows.ts";
import { useRows } from "./use-rows.ts";

interface ResourceListProps<L extends HostList> {
  readonly host: HostInfo;
  readonly resource: Resource<L>;
  readonly bar: (of: BarProps<HostRows[L]>) => ReactNode;
}

/** One list of one host: narrow it, sort it, choose from it. */
export const ResourceList = <L extends HostList>({ host, resource, bar }: ResourceListProps<L>) => {
  const { list, idOf, nameOf, columns, many, one } = resource;
  const search = useSearch({ from: "/shell/hosts/$host/$list" });
  const navigate = useNavigate();
  const answer = useRows(host, list);
  const [selection, setSelection] = useState(NONE);
  const rows = useMemo<readonly HostRows[L][]>(() => answer.data?.items ?? [], [answer.data]);
  const shown = useMemo(
    () => sortRows(filterRows(resource, rows, search), orderOf(columns, search.sort), nameOf),
    [resource, rows, search, columns, nameOf],
  );
  const order = useMemo(() => shown.map(idOf), [shown, idOf]);
  const chosen = useMemo(() => rows.filter((row) => selection.ids.has(idOf(row))), [rows, selection, idOf]);
  const around = useMemo(
    () => ({ host: host.name, observedSince: host.observedSince }),
    [host.name, host.observedSince],
  );
  const pick = useCallback(
    (id: string, range: boolean) => setSelection((before) => choose(before, id, order, range)),
    [order],
  );
  const clear = useCallback(() => setSelection(NONE), []);
  const change: ChangeSearch = (part, typing = false) =>
    void navigate({
      to: "/hosts/$host/$list",
      params: { host: host.name, list },
      search: resourceSearch({ ...search, ...part }),
      replace: typing,
    });

  if (answer.isError) {
    return (
      <EngineAway host={host} message={problemWords(answer.error)} onRetry={() => void answer.refetch()} />
    );
  }
  if (answer.isPending) return <div className="panel-wait">Asking the engine…</div>;
  return (
    <>
      <ResourceFilters resource={resource} rows={rows} search={search} onChange={change} />
      {bar({
        chosen,
        hidden: chosen.length - shown.filter((row) => selection.ids.has(idOf(row))).length,
        onClear: clear,
      })}
      {rows.length === 0 && (
        <Notice title={`This host has no ${many}`}>
          <p>{resource.none}</p>
        </Notice>
      )}
      {rows.length > 0 && shown.length === 0 && (
        <Notice title={`No ${one} fits these filters`}>
          <Button
            size="xs"
            variant="default"
            onClick={() =>
              void navigate({ to: "/hosts/$host/$list", params: { host: host.name, list }, search: {} })
            }
          >
            Clear filters
          </Button>
        </Notice>
      )}
      {shown.length > 0 && (
        <ResourceTable
          resource={resource}
          rows={shown}
          around={around}
          sort={search.sort}
          onSort={(sort) => change({ sort })}
          selection={selection}
          onChoose={pick}
          onChooseAll={() => setSelection((before) => chooseAll(before, order))}
        />
      )}
    </>
  );
};
