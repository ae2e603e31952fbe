import { Alert, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { StartedBatch } from "#client/batches.ts";
import type { BatchAction, BatchOutlook } from "#schema/batch.ts";
import type { BatchBody } from "#schema/record-api.ts";
import { useLive } from "../live/live-context.tsx";
import { FormDialog } from "../show/form-dialog.tsx";
import { problemWords } from "../show/problem-words.ts";
import { number } from "../show/words.ts";
import { askWords, outlookWords, wantsNumber } from "./batch-words.ts";

/** A batch somebody has asked for and not yet said yes to. */
export interface BatchWish {
  readonly action: BatchAction;
  readonly target: Pick<BatchBody, "ids" | "query">;
}

interface OutlookViewProps {
  readonly action: BatchAction;
  readonly outlook: BatchOutlook;
  /** The tasks were found by a filter. */
  readonly frozen: boolean;
}

/** Links are shown for so many refusals; the reasons count them all. */
const FEW = 5;

const OutlookView = ({ action, outlook, frozen }: OutlookViewProps) => (
  <>
    <p data-testid="batch-outlook">
      <strong>{outlookWords(action, outlook)}</strong> {frozen && "Tasks that come later are not touched."}
    </p>
    {outlook.reasons.length > 0 && (
      <div className="confirm-left">
        <h3>Left alone</h3>
        <ul>
          {outlook.reasons.map(({ why, count }) => (
            <li key={why}>
              <b>{number(count)}</b> {why.replace(/\.$/, "")}
            </li>
          ))}
        </ul>
      </div>
    )}
    {outlook.refused.length > 0 && outlook.refused.length <= FEW && (
      <p className="muted small">
        {outlook.refused.map(({ task }, index) => (
          <span key={task}>
            {index > 0 && ", "}
            <Link to="/tasks/$id" params={{ id: task }}>
              <code>{task.slice(0, 13)}…</code>
            </Link>
          </span>
        ))}
      </p>
    )}
  </>
);

/** The yes is about the moment of the preview; named tasks have no such moment. */
const frozenAt = ({ query }: BatchWish["target"], asOf: number | null): { asOf?: number } =>
  query === undefined || asOf === null ? {} : { asOf };

const enough = (action: BatchAction, outlook: BatchOutlook, typed: string): boolean =>
  outlook.can > 0 && (!wantsNumber(action, outlook) || typed.replace(/\D/g, "") === String(outlook.can));

interface BatchDialogProps {
  readonly wish: BatchWish;
  readonly onStarted: (batch: StartedBatch) => void;
  readonly onClose: () => void;
}

/** What would happen, asked of the scheduler itself; the yes is about exactly the tasks it was answered for. */
export const BatchDialog = ({ wish, onStarted, onClose }: BatchDialogProps) => {
  const { client } = useLive();
  const { action, target } = wish;
  const [typed, setTyped] = useState("");
  const preview = useQuery({
    queryKey: ["outlook", wish],
    queryFn: () => client.batches.outlook({ action, ...target }),
    staleTime: 0,
    gcTime: 0,
  });
  const outlook = preview.data;
  const start = useMutation({
    mutationFn: () =>
      client.batches.start({
        action,
        ...target,
        ...frozenAt(target, outlook?.asOf ?? null),
      }),
    onSuccess: onStarted,
  });
  const counted = outlook !== undefined && wantsNumber(action, outlook);
  const ready = outlook !== undefined && enough(action, outlook, typed);
  return (
    <FormDialog
      title={outlook === undefined ? "Looking at the tasks…" : `${askWords(action, outlook.can)}?`}
      testid="batch-dialog"
      wide
      problem={start.isError ? problemWords(start.error) : null}
      yes={{
        label: askWords(action, outlook?.can ?? 0),
        testid: "batch-run",
        ready,
        busy: start.isPending || preview.isPending,
        grave: action.type === "cancel",
      }}
      onYes={() => start.mutate()}
      onClose={onClose}
    >
      {preview.isPending && <p className="muted">Asking the scheduler what can be done…</p>}
      {preview.isError && (
        <Alert color="red" role="alert">
          {problemWords(preview.error)}
        </Alert>
      )}
      {outlook && <OutlookView action={action} outlook={outlook} frozen={target.query !== undefined} />}
      {counted && (
        <TextInput
          label={`Type ${number(outlook.can)} to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          inputMode="numeric"
          data-autofocus
          data-testid="batch-number"
        />
      )}
    </FormDialog>
  );
};
