import { Popover } from "@mantine/core";
import { type ReactNode, useState } from "react";

interface PopupDialogProps {
  readonly label: string;
  /** Pixels. */
  readonly width: number;
  /** At the right edge of what opens it, where that stands at the right of the page. */
  readonly atEnd?: boolean;
  /** Draws the button that opens it. */
  readonly button: (open: () => void) => ReactNode;
  readonly children: (close: () => void) => ReactNode;
}

/** A small dialog beside the button that opens it. */
export const PopupDialog = ({ label, width, atEnd = false, button, children }: PopupDialogProps) => {
  const [open, setOpen] = useState(false);
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      width={width}
      position={atEnd ? "bottom-end" : "bottom"}
      withArrow
      trapFocus
      returnFocus
      withinPortal
      // The span is no control and may not say that it opens something; the dialog says what it is itself.
      withRoles={false}
    >
      <Popover.Target>
        <span>{button(() => setOpen(true))}</span>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={label}>
        {children(() => setOpen(false))}
      </Popover.Dropdown>
    </Popover>
  );
};
