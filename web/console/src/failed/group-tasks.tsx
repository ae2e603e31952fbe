import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { PencilLine } from "lucide-react";
import type { DeadLetterGroup } from "#schema/record-api.ts";
import { useLive } from "../live/live-context.tsx";
import { FailureNotice } from "../show/notice.tsx";
import { useNow } from "../show/ticker.ts";
import { ago, moment, plural } from "../show/words.ts";
import { LineActions } from "../task/line-actions.tsx";

const PAGE = 50;

/** The tasks of one group, the latest failure first. */
export const GroupTasks = ({ group }: { readonly group: DeadLetterGroup }) => {
  const { client } = useLive();
  const now = useNow();
  const tasks = useInfiniteQuery({
    queryKey: ["dead-letter", group.fingerprint, group.count, group.last],
    queryFn: ({ pageParam }) =>
      client.deadLetters.tasks(group.fingerprint, {
        limit: PAGE,
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      }),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    placeholderData: (old) => old,
  });
  if (tasks.isPending) return <div className="panel-wait">Loading the tasks…</div>;
  if (tasks.isError)
    return (
      <FailureNotice
        title="The tasks could not be loaded"
        error={tasks.error}
        onRetry={() => void tasks.refetch()}
      />
    );
  const rows = tasks.data.pages.flatMap(({ items }) => items);
  return (
    <>
      <ul className="lines">
        {rows.map((task) => (
          <li key={task.id}>
            <Link to="/tasks/$id" params={{ id: task.id }} className="line-name">
              {task.name}
            </Link>
            <span className="muted small">
              {plural(task.attempt, "attempt")}
              {task.settledAt !== null && (
                <span title={moment(task.settledAt)}>, {ago(task.settledAt, now)}</span>
              )}
            </span>
            <span className="spring" />
            <Link
              to="/new"
              search={{ type: task.type, retryOf: task.id }}
              className="line-action"
              data-testid="edit-and-retry"
            >
              <PencilLine size={13} aria-hidden="true" /> Edit and repeat
            </Link>
            <LineActions task={task} brief />
          </li>
        ))}
      </ul>
      {tasks.hasNextPage && (
        <button type="button" className="link-button" onClick={() => void tasks.fetchNextPage()}>
          Show more
        </button>
      )}
    </>
  );
};
