import { Link } from "@tanstack/react-router";
import type { HostRun } from "#schema/ledger-api.ts";
import { useTask } from "../live/live-context.tsx";
import { problemWords } from "../show/problem-words.ts";
import { StateMark } from "../show/state-mark.tsx";
import { useNow } from "../show/ticker.ts";
import { ago, bytes, moment } from "../show/words.ts";
import { useRuns } from "./use-disk.ts";

const SHOWN = 5;

const Run = ({ run }: { readonly run: HostRun }) => {
  const now = useNow();
  // The live record is ahead of the answer, and only of the answer is known what it freed.
  const summary = useTask(run.id)?.summary ?? run;
  const settled = summary.tag === "settled";
  const at = summary.settledAt ?? summary.submittedAt;
  return (
    <li>
      <StateMark task={summary} />
      <Link
        to="/tasks/$id"
        params={{ id: run.id }}
        // What a run did is its items; before that its page knows what is needed.
        search={settled && summary.counts.planned > 0 ? { tab: "items" } : {}}
        className="line-name plain-link"
        title={run.name}
      >
        {run.name}
      </Link>
      <span className="spring" />
      {run.freed > 0 && <span className="freed">freed {bytes(run.freed)}</span>}
      <time className="muted small" dateTime={at} title={moment(at)}>
        {ago(at, now)}
      </time>
    </li>
  );
};

/** What was done to the host last. */
export const HostRuns = ({ host }: { readonly host: string }) => {
  const runs = useRuns(host, SHOWN);
  return (
    <section className="host-part" aria-label={`Last runs on ${host}`}>
      <div className="host-part-head">
        <h3>Last runs</h3>
      </div>
      {runs.isError && <p className="muted small">They could not be loaded: {problemWords(runs.error)}</p>}
      {runs.data?.items.length === 0 && <p className="muted small">Nothing has been done to it yet.</p>}
      {runs.data && runs.data.items.length > 0 && (
        <ul className="host-runs">
          {runs.data.items.map((run) => (
            <Run key={run.id} run={run} />
          ))}
        </ul>
      )}
    </section>
  );
};
