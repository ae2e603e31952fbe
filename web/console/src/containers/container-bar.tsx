import { useState } from "react";
import type { ContainerRow } from "#schema/api.ts";
import type { HostInfo } from "#schema/host-api.ts";
import type { BarProps } from "../resources/selection-bar.tsx";
import { problemWords } from "../show/problem-words.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { RunStrip } from "./run-strip.tsx";
import { useBulkRun } from "./use-bulk-run.ts";

interface ContainerBarProps extends BarProps<ContainerRow> {
  readonly host: HostInfo;
}

/** What can be done with the chosen containers, the yes before it, and the run after it. */
export const ContainerBar = ({ host, chosen, hidden, onClear }: ContainerBarProps) => {
  const [run, setRun] = useState<string | null>(null);
  const bulk = useBulkRun(host, (id) => {
    setRun(id);
    onClear();
  });
  return (
    <>
      {run !== null && <RunStrip id={run} onClose={() => setRun(null)} />}
      {chosen.length > 0 && (
        <BulkBar
          chosen={chosen}
          hidden={hidden}
          onAction={(action) => bulk.ask(action, chosen)}
          onClear={onClear}
        />
      )}
      {bulk.wish && (
        <ConfirmDialog
          action={bulk.wish.action}
          rows={bulk.wish.rows}
          busy={bulk.busy}
          problem={bulk.problem === null ? null : problemWords(bulk.problem)}
          onConfirm={bulk.confirm}
          onClose={bulk.close}
        />
      )}
    </>
  );
};
