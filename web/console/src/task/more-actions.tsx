import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { CalendarClock, PencilLine } from "lucide-react";
import { decide } from "#schema/task.decide.ts";
import { restore, topState } from "#schema/task.evolve.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import { useOffline } from "../live/live-context.tsx";
import { DelayMenu } from "../show/delay-menu.tsx";
import { useCommand } from "./use-command.ts";

/** Far enough ahead for the chart to judge the wish, whatever the moment will be. */
const SOME_DAY = "2999-01-01T00:00:00.000Z";

/** Putting a waiting task off, and repeating a failed or cancelled one with changes. */
export const MoreActions = ({ task }: { readonly task: FoldedTask }) => {
  const sender = useCommand(task.id);
  const offline = useOffline();
  const delayable = decide(restore(task.state, task.context), { type: "delay", runAt: SOME_DAY }).ok;
  const editable = ["failed", "cancelled", "completed"].includes(topState(task.state));
  const type = task.context.definition?.type;
  return (
    <>
      {delayable && (
        <DelayMenu
          label="Begin not before"
          onChoose={(runAt) => sender.press({ type: "delay", runAt })}
          button={(open) => (
            <Button
              size="xs"
              variant="default"
              leftSection={<CalendarClock size={15} />}
              data-testid="command-delay"
              loading={sender.busy}
              disabled={offline}
              onClick={open}
            >
              Delay
            </Button>
          )}
        />
      )}
      {editable && type !== undefined && (
        <Button
          size="xs"
          variant="default"
          leftSection={<PencilLine size={15} />}
          data-testid="edit-and-retry"
          renderRoot={(props) => <Link to="/new" search={{ type, retryOf: task.id }} {...props} />}
        >
          Edit and repeat
        </Button>
      )}
    </>
  );
};
