import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { useTitle } from "../live/live-context.tsx";
import { FailureNotice } from "../show/notice.tsx";
import { moment } from "../show/words.ts";
import { BatchStrip } from "./batch-strip.tsx";
import { batchTitle } from "./batch-words.ts";
import { useBatch } from "./use-batch.ts";

/** One batch with a page of its own, for links from the history of a task. */
export const BatchPage = () => {
  const { id } = useParams({ from: "/shell/batches/$id" });
  const navigate = useNavigate();
  const batch = useBatch(id);
  useTitle(batch.data === undefined ? "Batch" : batchTitle(batch.data));
  return (
    <section className="new-page">
      <Link to="/tasks" search={{}} className="back-link">
        <ChevronLeft size={15} aria-hidden="true" /> Tasks
      </Link>
      {batch.isError && (
        <FailureNotice
          title="The batch could not be loaded"
          error={batch.error}
          onRetry={() => void batch.refetch()}
        />
      )}
      {batch.data && (
        <>
          <h1>Batch</h1>
          <p className="muted small">
            Begun {moment(batch.data.at)} by {batch.data.by.id}
            {batch.data.reason !== null && `: “${batch.data.reason}”`}
          </p>
          <BatchStrip
            key={id}
            id={id}
            onUndo={(undo) => void navigate({ to: "/batches/$id", params: { id: undo.id } })}
          />
        </>
      )}
    </section>
  );
};
