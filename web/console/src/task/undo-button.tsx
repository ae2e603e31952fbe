import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Undo2 } from "lucide-react";
import type { TaskDetail } from "#schema/api.ts";
import { useLive, useOffline } from "../live/live-context.tsx";
import { ConfirmDialog } from "../show/confirm-dialog.tsx";
import { notPossible } from "../show/not-possible.ts";

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
    <ConfirmDialog
      question="Undo this run?"
      consequence="A new task puts back exactly what this one did; what it left alone stays as it is."
      no="Not now"
      yes={{ label: "Undo it", testid: "confirm-undo" }}
      onYes={() => run.mutate()}
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
    />
  );
};
