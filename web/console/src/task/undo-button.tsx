import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Undo2 } from "lucide-react";
import type { TaskDetail } from "#schema/api.ts";
import { useLive, useOffline } from "../live/live-context.tsx";
import { notPossible } from "../show/not-possible.ts";
import { PopupDialog } from "../show/popup-dialog.tsx";

/** Puts back what a run did, where the server says that it can be: a task of its own, which is shown then. */
export const UndoButton = ({ id, undo }: Pick<TaskDetail, "id" | "undo">) => {
  const { client } = useLive();
  const offline = useOffline();
  const navigate = useNavigate();
  const run = useMutation({
    mutationFn: () => client.undo(id),
    onSuccess: (undone) => navigate({ to: "/tasks/$id", params: { id: undone.id }, search: {} }),
    onError: notPossible,
  });
  if (!undo.possible) return null;
  return (
    <PopupDialog
      label="Undo this run?"
      width={290}
      button={(open) => (
        <Button
          size="xs"
          variant="default"
          leftSection={<Undo2 size={14} />}
          disabled={offline}
          loading={run.isPending}
          data-testid="task-undo"
          onClick={open}
        >
          Undo
        </Button>
      )}
    >
      {(close) => (
        <>
          <p className="confirm-words">
            <strong>Undo this run?</strong> A new task puts back exactly what this one did; what it left alone
            stays as it is.
          </p>
          <div className="confirm-buttons">
            <Button size="xs" variant="default" onClick={close}>
              Not now
            </Button>
            <Button
              size="xs"
              data-testid="confirm-undo"
              data-autofocus
              onClick={() => {
                close();
                run.mutate();
              }}
            >
              Undo it
            </Button>
          </div>
        </>
      )}
    </PopupDialog>
  );
};
