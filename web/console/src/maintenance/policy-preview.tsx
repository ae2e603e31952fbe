import { useEffect } from "react";
import { useLive, useTask } from "../live/live-context.tsx";
import { PlanPanel } from "../plan/plan-panel.tsx";
import { errorWords } from "../show/error-words.ts";
import { StateMark } from "../show/state-mark.tsx";

/** The plan of a report: what a policy would do at this moment. */
export const PolicyPreview = ({ task }: { readonly task: string }) => {
  const { store } = useLive();
  const record = useTask(task);
  useEffect(() => store.need(task), [store, task]);
  const folded = record?.folded ?? null;
  const error = record?.summary.error ?? null;
  return (
    <section className="policy-preview" data-testid="policy-plan" aria-label="What it would do now">
      <h2>What it would do now</h2>
      {error !== null && (
        <p className="login-problem" role="alert">
          {errorWords(error)}
        </p>
      )}
      {folded !== null && folded.context.plan !== null ? (
        <PlanPanel task={folded} />
      ) : (
        error === null && (
          <div className="panel-wait">
            {record === undefined ? "Submitted…" : <StateMark task={record.summary} />} Looking at the host…
          </div>
        )
      )}
    </section>
  );
};
