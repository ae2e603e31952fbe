import { CloseButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useLive, useTask } from "../live/live-context.tsx";
import { errorWords } from "../show/error-words.ts";
import { StateMark } from "../show/state-mark.tsx";
import { LineActions } from "../task/line-actions.tsx";
import { ProgressPanel } from "../task/progress-panel.tsx";

interface RunStripProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** The run that was started here, live, without leaving the page. */
export const RunStrip = ({ id, onClose }: RunStripProps) => {
  const { store } = useLive();
  const record = useTask(id);
  useEffect(() => store.need(id), [store, id]);
  return (
    <section className="run-strip" data-testid="run-strip" aria-label="The run you started">
      {record === undefined ? (
        <span className="muted">Submitted…</span>
      ) : (
        <>
          <div className="run-head">
            <StateMark task={record.summary} />
            <Link to="/tasks/$id" params={{ id }} data-testid="run-link">
              {record.summary.name}
            </Link>
            <span className="spring" />
            <LineActions task={record.summary} />
            <CloseButton size="sm" aria-label="Hide this run" onClick={onClose} />
          </div>
          <ProgressPanel task={record.summary} />
          {record.summary.error !== null && <p className="run-error">{errorWords(record.summary.error)}</p>}
        </>
      )}
    </section>
  );
};
