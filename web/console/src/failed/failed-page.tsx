import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ChevronRight, CircleCheck } from "lucide-react";
import type { StartedBatch } from "#client/batches.ts";
import type { DeadLetterGroup } from "#schema/record-api.ts";
import { BatchStrip } from "../batches/batch-strip.tsx";
import { useTaskBatch } from "../batches/use-task-batch.ts";
import { useLive, useTitle } from "../live/live-context.tsx";
import { useFresh } from "../live/use-fresh.ts";
import { errorWords } from "../show/error-words.ts";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { useNow } from "../show/ticker.ts";
import { ago, moment, number, plural } from "../show/words.ts";
import { GroupTasks } from "./group-tasks.tsx";
import { RedriveButton } from "./redrive-button.tsx";

interface GroupProps {
  readonly group: DeadLetterGroup;
  readonly open: boolean;
  readonly onStarted: (batch: StartedBatch) => void;
}

const Group = ({ group, open, onStarted }: GroupProps) => {
  const now = useNow();
  const message = errorWords(group) || "It failed without a word.";
  return (
    <li className="record" data-testid={`group-${group.fingerprint}`} data-open={open || undefined}>
      <div className="record-line">
        <Link
          to="/failed"
          search={open ? {} : { open: group.fingerprint }}
          className="record-title"
          aria-expanded={open}
          replace
        >
          <ChevronRight size={15} className="record-chevron" aria-hidden="true" />
          <b className="group-count">{number(group.count)}</b>
          <span className="group-message" title={message}>
            {message}
          </span>
        </Link>
        <RedriveButton group={group} onStarted={onStarted} />
      </div>
      <p className="record-under muted small">
        {group.type} · <code>{group.code}</code> ·{" "}
        <span title={moment(group.last)}>last {ago(group.last, now)}</span>
        {group.count > 1 && <span title={moment(group.first)}> · first {ago(group.first, now)}</span>}
      </p>
      {open && <GroupTasks group={group} />}
    </li>
  );
};

/** What has failed, in groups that failed the same way. */
export const FailedPage = () => {
  useTitle("Failed");
  const { client } = useLive();
  const navigate = useNavigate();
  const { open } = useSearch({ from: "/shell/failed" });
  const batches = useTaskBatch();
  const groups = useQuery({
    queryKey: ["dead-letters"],
    queryFn: () => client.deadLetters.groups(),
    staleTime: 0,
  });
  const again = (): void => void groups.refetch();
  useFresh(again, { tasks: true });
  const all = groups.data?.items ?? [];
  const total = all.reduce((sum, { count }) => sum + count, 0);
  return (
    <section className="runners-page">
      <div className="page-head">
        <h1>Failed</h1>
        {total > 0 && (
          <span className="muted">
            {plural(total, "task")} in {plural(all.length, "group")}
          </span>
        )}
      </div>
      {batches.batch !== null && (
        <BatchStrip key={batches.batch} id={batches.batch} onUndo={batches.began} onClose={batches.hide} />
      )}
      {groups.isPending && <div className="panel-wait">Loading what failed…</div>}
      {groups.isError && (
        <FailureNotice title="What failed could not be loaded" error={groups.error} onRetry={again} />
      )}
      {groups.isSuccess && all.length === 0 && (
        <Notice title="Nothing has failed" icon={<CircleCheck size={34} />}>
          <p>Tasks that fail for good show up here, grouped by what went wrong.</p>
        </Notice>
      )}
      {all.length > 0 && (
        <ul className="records" aria-label="Groups of failed tasks">
          {all.map((group) => (
            <Group
              key={group.fingerprint}
              group={group}
              open={group.fingerprint === open}
              onStarted={(batch) => {
                batches.began(batch);
                void navigate({ to: "/failed", search: {}, replace: true });
              }}
            />
          ))}
        </ul>
      )}
    </section>
  );
};
