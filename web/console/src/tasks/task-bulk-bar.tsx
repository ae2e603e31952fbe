import { Button, Menu } from "@mantine/core";
import { Ban, CalendarClock, ChevronDown, Pause, Play, RotateCcw } from "lucide-react";
import type { ReactNode } from "react";
import type { BatchAction } from "#schema/batch.ts";
import { PRIORITIES } from "#schema/priorities.ts";
import { useOffline } from "../live/live-context.tsx";
import { DelayMenu } from "../show/delay-menu.tsx";
import { number, sentence } from "../show/words.ts";
import type { TaskChoice } from "./task-choice.ts";

interface Plain {
  readonly action: BatchAction;
  readonly name: string;
  readonly icon: ReactNode;
}

const PLAIN: readonly Plain[] = [
  { action: { type: "pause" }, name: "Pause", icon: <Pause size={14} /> },
  { action: { type: "resume" }, name: "Resume", icon: <Play size={14} /> },
  { action: { type: "retry", items: "failed" }, name: "Retry", icon: <RotateCcw size={14} /> },
  { action: { type: "cancel" }, name: "Cancel", icon: <Ban size={14} /> },
];

interface TaskBulkBarProps {
  readonly choice: TaskChoice;
  /** Every loaded row is chosen and there are more, or the filter may match what is not loaded. */
  readonly offerMatching: boolean;
  readonly filtered: boolean;
  readonly onMatching: () => void;
  readonly onAction: (action: BatchAction) => void;
  readonly onClear: () => void;
}

const chosenWords = ({ matching, selection }: TaskChoice, filtered: boolean): string => {
  if (!matching) return `${number(selection.ids.size)} selected`;
  return filtered ? "All that match are selected" : "All tasks are selected";
};

/** What can be done with the chosen tasks. How many of them it is possible for, the preview says. */
export const TaskBulkBar = (props: TaskBulkBarProps) => {
  const { choice, offerMatching, filtered, onMatching, onAction, onClear } = props;
  const offline = useOffline();
  const look = { size: "compact-sm", variant: "default", disabled: offline } as const;
  return (
    <div
      className="bulk-bar"
      role="toolbar"
      aria-label="Actions on the selected tasks"
      data-testid="task-bulk-bar"
    >
      <strong>{chosenWords(choice, filtered)}</strong>
      {offerMatching && (
        <button type="button" className="link-button" data-testid="select-matching" onClick={onMatching}>
          {filtered ? "Select all that match" : "Select all tasks"}
        </button>
      )}
      {PLAIN.map(({ action, name, icon }) => (
        <Button
          key={name}
          {...look}
          leftSection={icon}
          data-testid={`batch-${action.type}`}
          onClick={() => onAction(action)}
        >
          {name}
        </Button>
      ))}
      <Menu withinPortal>
        <Menu.Target>
          <Button {...look} rightSection={<ChevronDown size={13} />} data-testid="batch-reprioritise">
            Priority
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {PRIORITIES.map((priority) => (
            <Menu.Item key={priority} onClick={() => onAction({ type: "reprioritise", priority })}>
              {sentence(priority)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <DelayMenu
        label="Begin not before"
        onChoose={(runAt) => onAction({ type: "delay", runAt })}
        button={(open) => (
          <Button
            {...look}
            leftSection={<CalendarClock size={14} />}
            data-testid="batch-delay"
            onClick={open}
          >
            Delay
          </Button>
        )}
      />
      <span className="spring" />
      <Button size="compact-sm" variant="subtle" onClick={onClear}>
        Clear
      </Button>
    </div>
  );
};
