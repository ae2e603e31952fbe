import { SegmentedControl } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { BatchRow } from "#schema/record-api.ts";
import { useLive, useTask } from "../live/live-context.tsx";
import { FailureNotice } from "../show/notice.tsx";
import { number, stateWords } from "../show/words.ts";

const PAGE = 200;
type Which = "refused" | "done";

const Name = ({ id }: { readonly id: string }) => {
  const record = useTask(id);
  return record === undefined ? <code>{id}</code> : record.summary.name;
};

/** What became of each task of a batch. */
export const BatchResults = ({ batch }: { readonly batch: BatchRow }) => {
  const { client } = useLive();
  const { counts, id } = batch;
  const [which, setWhich] = useState<Which>(counts.refused > 0 ? "refused" : "done");
  const results = useInfiniteQuery({
    queryKey: ["batch-results", id, which, which === "refused" ? counts.refused : counts.done],
    queryFn: ({ pageParam }) =>
      client.batches.results(id, {
        ok: which === "done",
        limit: PAGE,
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      }),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    placeholderData: (old) => old,
  });
  const rows = results.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="batch-results" data-testid="batch-results">
      <SegmentedControl
        size="xs"
        aria-label="Which results"
        data={[
          { value: "refused", label: `Refused ${number(counts.refused)}` },
          { value: "done", label: `Done ${number(counts.done)}` },
        ]}
        value={which}
        onChange={(next) => setWhich(next as Which)}
      />
      {results.isError && (
        <FailureNotice
          title="The results could not be loaded"
          error={results.error}
          onRetry={() => void results.refetch()}
        />
      )}
      {results.isSuccess && rows.length === 0 && <p className="muted small">None.</p>}
      {rows.length > 0 && (
        <ul tabIndex={0} aria-label="Results">
          {rows.map(({ task, why, state }) => (
            <li key={task}>
              <Link to="/tasks/$id" params={{ id: task }}>
                <Name id={task} />
              </Link>{" "}
              <span className="muted">{why ?? `now ${stateWords(state)}`}</span>
            </li>
          ))}
        </ul>
      )}
      {results.hasNextPage && (
        <button type="button" className="link-button" onClick={() => void results.fetchNextPage()}>
          Show more
        </button>
      )}
    </div>
  );
};
