import { Button, NumberInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { StartedBatch } from "#client/batches.ts";
import type { DeadLetterGroup } from "#schema/record-api.ts";
import { useLive, useOffline } from "../live/live-context.tsx";
import { notPossible } from "../show/not-possible.ts";
import { PopupDialog } from "../show/popup-dialog.tsx";
import { plural } from "../show/words.ts";

interface RedriveButtonProps {
  readonly group: DeadLetterGroup;
  readonly onStarted: (batch: StartedBatch) => void;
}

/** Runs a whole group again, all at once or so many a second. */
export const RedriveButton = ({ group, onStarted }: RedriveButtonProps) => {
  const { client } = useLive();
  const offline = useOffline();
  const [rate, setRate] = useState<number | null>(null);
  const redrive = useMutation({
    mutationFn: () => client.deadLetters.redrive(group.fingerprint, rate === null ? {} : { ratePerS: rate }),
    onSuccess: onStarted,
    onError: notPossible,
  });
  const submit = (event: FormEvent, close: () => void): void => {
    event.preventDefault();
    redrive.mutate(undefined, { onSuccess: close });
  };
  return (
    <PopupDialog
      label="Retry the whole group"
      width={280}
      atEnd
      button={(open) => (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<RotateCcw size={14} />}
          disabled={offline}
          data-testid="redrive"
          onClick={open}
        >
          Retry all
        </Button>
      )}
    >
      {(close) => (
        <form className="delay-menu" onSubmit={(event) => submit(event, close)}>
          <strong>Retry {plural(group.count, "task")}?</strong>
          <NumberInput
            size="xs"
            label="Tasks per second at most"
            placeholder="All at once"
            min={0.01}
            max={10_000}
            value={rate ?? ""}
            onChange={(value) => setRate(typeof value === "number" ? value : null)}
            data-autofocus
          />
          <Button size="xs" type="submit" loading={redrive.isPending} data-testid="redrive-run">
            Retry {plural(group.count, "task")}
          </Button>
        </form>
      )}
    </PopupDialog>
  );
};
