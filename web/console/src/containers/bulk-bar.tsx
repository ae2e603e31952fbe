import { Button, Tooltip } from "@mantine/core";
import { OctagonX, Pause, Play, RotateCw, Square, StepForward, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import type { ContainerRow } from "#schema/api.ts";
import { useOffline } from "../live/live-context.tsx";
import { type BarProps, SelectionBar } from "../resources/selection-bar.tsx";
import { number, sentence } from "../show/words.ts";
import { ACTIONS, type BulkAction, MANNERS, previewOf } from "./bulk-action.ts";

const ICONS: Record<BulkAction, ReactNode> = {
  start: <Play size={14} />,
  stop: <Square size={14} />,
  restart: <RotateCw size={14} />,
  pause: <Pause size={14} />,
  unpause: <StepForward size={14} />,
  kill: <OctagonX size={14} />,
  remove: <Trash2 size={14} />,
};

interface BulkBarProps extends BarProps<ContainerRow> {
  readonly onAction: (action: BulkAction) => void;
}

/** What can be done with the chosen containers, each with how many it would act on. */
export const BulkBar = ({ chosen, hidden, onAction, onClear }: BulkBarProps) => {
  const offline = useOffline();
  return (
    <SelectionBar count={chosen.length} hidden={hidden} many="containers" onClear={onClear}>
      {ACTIONS.map((action) => {
        const count = previewOf(action, chosen).chosen.length;
        const none = `None of the selected containers: ${MANNERS[action].otherwise}, or protected.`;
        const why = offline ? "The server does not answer: nothing can be asked of it now." : none;
        const dead = offline || count === 0;
        return (
          <Tooltip key={action} label={why} disabled={!dead}>
            <Button
              size="compact-sm"
              variant={action === "stop" ? "filled" : "default"}
              leftSection={ICONS[action]}
              data-testid={`bulk-${action}`}
              aria-disabled={dead}
              {...(dead && { "data-disabled": true })}
              onClick={(event) => (dead ? event.preventDefault() : onAction(action))}
            >
              {sentence(action)} {count > 0 && number(count)}
            </Button>
          </Tooltip>
        );
      })}
    </SelectionBar>
  );
};
