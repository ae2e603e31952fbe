import { NumberInput, Select, Switch } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { QueueRow } from "#schema/record-api.ts";
import { useLive } from "../live/live-context.tsx";
import { FormDialog } from "../show/form-dialog.tsx";
import { problemWords } from "../show/problem-words.ts";
import { queueDraft, settingsOf, SPANS } from "./queue-words.ts";

const asNumber = (value: string | number): number | null => (typeof value === "number" ? value : null);

interface QueueDialogProps {
  readonly queue: QueueRow;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** A queue's limits; an empty field is no limit. */
export const QueueDialog = ({ queue, onDone, onClose }: QueueDialogProps) => {
  const { client } = useLive();
  const [draft, setDraft] = useState(() => queueDraft(queue));
  const save = useMutation({
    mutationFn: () => client.queues.change(queue.id, settingsOf(draft)),
    onSuccess: onDone,
  });
  const spans: { value: string; label: string }[] = [...SPANS];
  if (!spans.some(({ value }) => Number(value) === draft.perMs))
    spans.push({ value: String(draft.perMs), label: `${draft.perMs / 1_000} s` });
  return (
    <FormDialog
      title={`Limits of ${queue.id}`}
      problem={save.isError ? problemWords(save.error) : null}
      yes={{ label: "Set the limits", testid: "queue-save", busy: save.isPending }}
      onYes={() => save.mutate()}
      onClose={onClose}
    >
      <NumberInput
        label="Tasks at a time"
        placeholder="No limit"
        min={1}
        max={100_000}
        allowDecimal={false}
        value={draft.concurrency ?? ""}
        onChange={(value) => setDraft({ ...draft, concurrency: asNumber(value) })}
        data-testid="queue-concurrency"
        data-autofocus
      />
      <div className="pair">
        <NumberInput
          label="Starts at most"
          placeholder="No limit"
          min={1}
          max={1_000_000}
          allowDecimal={false}
          value={draft.rateLimit ?? ""}
          onChange={(value) => setDraft({ ...draft, rateLimit: asNumber(value) })}
        />
        <Select
          label="per"
          data={spans}
          value={String(draft.perMs)}
          onChange={(value) => value !== null && setDraft({ ...draft, perMs: Number(value) })}
          allowDeselect={false}
        />
      </div>
      <Switch
        label="The important may pause the less important"
        description="A more important task of this queue may pause the least important one that is at work."
        checked={draft.preempts}
        onChange={(event) => setDraft({ ...draft, preempts: event.currentTarget.checked })}
      />
    </FormDialog>
  );
};
