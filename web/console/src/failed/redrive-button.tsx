import { Button, NumberInput, Popover } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { StartedBatch } from "#client/batches.ts";
import type { DeadLetterGroup } from "#schema/record-api.ts";
import { useLive, useOffline } from "../live/live-context.tsx";
import { problemWords } from "../show/problem-words.ts";
import { plural } from "../show/words.ts";

interface RedriveButtonProps {
  readonly group: DeadLetterGroup;
  readonly onStarted: (batch: StartedBatch) => void;
}

/** Runs a whole group again, all at once or so many a second. */
export const RedriveButton = ({ group, onStarted }: RedriveButtonProps) => {
  const { client } = useLive();
  const offline = useOffline();
  const [open, setOpen] = useState(false);
  const [rate, setRate] = useState<number | null>(null);
  const redrive = useMutation({
    mutationFn: () => client.deadLetters.redrive(group.fingerprint, rate === null ? {} : { ratePerS: rate }),
    onSuccess: (batch) => {
      setOpen(false);
      onStarted(batch);
    },
    onError: (error) =>
      notifications.show({ color: "red", title: "Not possible", message: problemWords(error) }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    redrive.mutate();
  };
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      width={280}
      position="bottom-end"
      withArrow
      trapFocus
      returnFocus
      withinPortal
      withRoles={false}
    >
      <Popover.Target>
        <span>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<RotateCcw size={14} />}
            disabled={offline}
            data-testid="redrive"
            onClick={() => setOpen(true)}
          >
            Retry all
          </Button>
        </span>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label="Retry the whole group">
        <form className="delay-menu" onSubmit={submit}>
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
      </Popover.Dropdown>
    </Popover>
  );
};
