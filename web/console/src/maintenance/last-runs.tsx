import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { TaskSummary } from "#schema/api.ts";
import { useLive, useTask } from "../live/live-context.tsx";
import { useFresh } from "../live/use-fresh.ts";
import { StateMark } from "../show/state-mark.tsx";
import { useNow } from "../show/ticker.ts";
import { ago, bytes, moment, number } from "../show/words.ts";

const SHOWN = 4;

const countWords = ({ counts }: TaskSummary): string =>
  [
    [counts.done, "done"],
    [counts.skipped, "left alone"],
    [counts.failed, "failed"],
  ]
    .flatMap(([count, word]) => (typeof count === "number" && count > 0 ? [`${number(count)} ${word}`] : []))
    .join(", ");

const runWords = (run: TaskSummary): string => {
  if (run.counts.planned === 0) return run.state === "completed" ? "Nothing to look at" : "Its run";
  return countWords(run) || `${number(run.counts.planned)} planned`;
};

const Run = ({ run }: { readonly run: TaskSummary }) => {
  const { client } = useLive();
  const now = useNow();
  const summary = useTask(run.id)?.summary ?? run;
  const { id, counts, tag, submittedAt } = summary;
  const freed = useQuery({
    queryKey: ["freed", id, summary.seq],
    queryFn: async () => (await client.itemsSummary(id)).freed,
    enabled: tag === "settled" && counts.done > 0,
  });
  return (
    <li>
      <StateMark task={summary} />
      <Link
        to="/tasks/$id"
        params={{ id }}
        search={counts.done > 0 ? { tab: "items", outcome: "done" } : {}}
        className="line-name"
        data-testid="policy-run-link"
      >
        {runWords(summary)}
      </Link>
      {freed.data !== undefined && freed.data > 0 && <b className="small">{bytes(freed.data)} freed</b>}
      <span className="spring" />
      <time className="muted small" dateTime={submittedAt} title={moment(submittedAt)}>
        {ago(submittedAt, now)}
      </time>
    </li>
  );
};

/** What came of a policy's last runs. */
export const LastRuns = ({ schedule }: { readonly schedule: string }) => {
  const { client } = useLive();
  const runs = useQuery({
    queryKey: ["policy-runs", schedule],
    queryFn: () => client.tasks({ schedule, limit: SHOWN }),
    staleTime: 0,
  });
  useFresh(runs.refetch, { tasks: true, paceMs: 2_000 });
  if (runs.data === undefined) return null;
  if (runs.data.items.length === 0) return <p className="record-under muted small">It has not run yet.</p>;
  return (
    <ul className="lines" aria-label="Last runs">
      {runs.data.items.map((run) => (
        <Run key={run.id} run={run} />
      ))}
    </ul>
  );
};
