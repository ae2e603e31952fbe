import { Button, type ButtonProps, Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { EllipsisVertical, Pause, PencilLine, Play, Trash2, Zap } from "lucide-react";
import type { ScheduleRow } from "#schema/record-api.ts";

/** What can be asked of a schedule by a button. */
export type ScheduleVerb = "pause" | "resume" | "run" | "delete";

interface SteerButtonsProps {
  readonly schedule: ScheduleRow;
  /** What it is called here, in test ids too. */
  readonly noun: "schedule" | "policy";
  /** The page on which it is changed. */
  readonly edit: "/schedules/$id" | "/maintenance/$id";
  /** What of it outlives its deletion. */
  readonly stays: string;
  readonly look: Pick<ButtonProps, "size" | "variant" | "disabled">;
  readonly onSteer: (verb: ScheduleVerb) => void;
}

/** Runs, pauses, resumes, changes or deletes a schedule. */
export const SteerButtons = ({ schedule, noun, edit, stays, look, onSteer }: SteerButtonsProps) => {
  const { id, name, state } = schedule;
  const isActive = state === "active";
  return (
    <>
      <Button
        {...look}
        leftSection={<Zap size={14} />}
        data-testid={`${noun}-run`}
        onClick={() => onSteer("run")}
      >
        Run now
      </Button>
      <Button
        {...look}
        leftSection={isActive ? <Pause size={14} /> : <Play size={14} />}
        onClick={() => onSteer(isActive ? "pause" : "resume")}
      >
        {isActive ? "Pause" : "Resume"}
      </Button>
      <Menu withinPortal position="bottom-end">
        <Menu.Target>
          <Button {...look} px={6} aria-label={`More about ${name}`}>
            <EllipsisVertical size={15} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<PencilLine size={14} />}
            renderRoot={(props) => <Link to={edit} params={{ id }} {...props} />}
          >
            Edit
          </Menu.Item>
          <Menu.Item color="red" leftSection={<Trash2 size={14} />} onClick={() => onSteer("delete")}>
            Delete; its {stays} stay
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
};
