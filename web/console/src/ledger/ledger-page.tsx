import "../styles/plan.css";
import "../styles/ledger.css";
import { Button } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { BookOpenCheck } from "lucide-react";
import { useCallback, useMemo } from "react";
import { useTitle } from "../live/live-context.tsx";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { LedgerExports, LedgerFilters, type OnSearch } from "./ledger-filters.tsx";
import { ledgerFilter, ledgerSearch } from "./ledger-search.ts";
import { LedgerTable } from "./ledger-table.tsx";
import { useLedger } from "./use-ledger.ts";

/** What was ever done to what, across all runs and hosts. */
export const LedgerPage = () => {
  useTitle("Ledger");
  const navigate = useNavigate();
  const search = useSearch({ from: "/shell/ledger" });
  const filter = useMemo(() => ledgerFilter(search), [search]);
  const ledger = useLedger(filter);
  const { rows, hasNextPage, isFetching, fetchNextPage } = ledger;
  const change: OnSearch = (part, typing = false) =>
    void navigate({ to: "/ledger", search: ledgerSearch({ ...search, ...part }), replace: typing });
  const more = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const filtered = Object.keys(search).length > 0;
  return (
    <section className="list-page">
      <div className="page-head">
        <h1>Ledger</h1>
        <span className="muted">What was ever done to what, and what came of it</span>
        <span className="spring" />
        <LedgerExports filter={filter} />
      </div>
      <LedgerFilters search={search} onChange={change} />
      {ledger.isPending && <div className="panel-wait">Loading the ledger…</div>}
      {ledger.isError && (
        <FailureNotice
          title="The ledger could not be read"
          error={ledger.error}
          onRetry={() => void ledger.refetch()}
        />
      )}
      {rows?.length === 0 && hasNextPage && <div className="panel-wait">Looking further back…</div>}
      {rows?.length === 0 && !hasNextPage && (
        <Notice
          title={filtered ? "Nothing in the ledger fits these filters" : "Nothing has been done yet"}
          icon={<BookOpenCheck size={34} />}
        >
          {filtered ? (
            <Button size="xs" variant="default" onClick={() => void navigate({ to: "/ledger", search: {} })}>
              Clear filters
            </Button>
          ) : (
            <p>
              Whatever a run does to a container, an image, a volume, a network or build cache is kept here.
            </p>
          )}
        </Notice>
      )}
      {rows !== undefined && rows.length > 0 && <LedgerTable rows={rows} onEnd={more} />}
    </section>
  );
};
