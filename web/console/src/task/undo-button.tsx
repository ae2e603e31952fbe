import { Button, Popover } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Undo2 } from "lucide-react";
import { useState } from "react";
import type { TaskDetail } from "#schema/api.ts";
import { useLive, useOffline } from "../live/live-context.tsx";
import { problemWords } from "../show/problem-words.ts";

/** Puts back what a run did, where the server says that it can be: a task of its own, which is shown then. */
export const UndoButton = ({ id, undo }: Pick<TaskDetail, "id" | "undo">) => {
  const { client } = useLive();
  const offline = useOffline();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const run = useMutation({
    mutationFn: () => client.undo(id),
    onSuccess: (undone) => navigate({ to: "/tasks/$id", params: { id: undone.id }, search: {} }),
    onError: (error) =>
      notifications.show({ color: "red", title: "Not possible", message: problemWords(error) }),
  });
  if (!undo.possible) return null;
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      width={290}
      withArrow
      trapFocus
      returnFocus
      withinPortal
      withRoles={false}
    >
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<Undo2 size={14} />}
          disabled={offline}
          loading={run.isPending}
          data-testid="task-undo"
          onClick={() => setOpen(true)}
        >
          Undo
        </Button>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label="Undo this run?">
        <p className="confirm-words">
          <strong>Undo this run?</strong> A new task puts back exactly what this one did; what it left alone
          stays as it is.
        </p>
        <div className="confirm-buttons">
          <Button size="xs" variant="default" onClick={() => setOpen(false)}>
            Not now
          </Button>
          <Button
            size="xs"
            data-testid="confirm-undo"
            data-autofocus
            onClick={() => {
              setOpen(false);
              run.mutate();
            }}
          >
            Undo it
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
};
