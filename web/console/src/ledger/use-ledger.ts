import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { LedgerFilter } from "#schema/ledger-api.ts";
import { useLive } from "../live/live-context.tsx";
import { useFresh } from "../live/use-fresh.ts";

const PAGE = 200;
/** Work in progress writes all the time; a list that somebody reads is asked for again at most so often. */
const PACE_MS = 3_000;
/** Whoever has gone further back reads on undisturbed. */
const FRESH_PAGES = 2;

/** What was done, newest first, as far back as it was asked for; pages may be short, the server looks back by stretches of time. */
export const useLedger = (filter: LedgerFilter) => {
  const { client } = useLive();
  const ledger = useInfiniteQuery({
    queryKey: ["ledger", filter],
    queryFn: ({ pageParam }) =>
      client.ledger.list({
        ...filter,
        limit: PAGE,
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      }),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
  });
  const { data, hasNextPage, isFetching, fetchNextPage, refetch } = ledger;
  const pages = data?.pages.length ?? 0;
  useFresh(() => (pages <= FRESH_PAGES ? refetch() : undefined), { tasks: true, paceMs: PACE_MS });
  const rows = data?.pages.flatMap(({ items }) => items);
  const empty = rows !== undefined && rows.length === 0 && hasNextPage;
  useEffect(() => {
    if (empty && !isFetching) void fetchNextPage();
  }, [empty, isFetching, fetchNextPage]);
  return { ...ledger, rows };
};
