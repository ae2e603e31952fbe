import { setPriority } from "node:os";

/** How nice processes of tasks are: whatever people wait for comes first. */
const BACKGROUND = 10;

export const lowerPriority = (pid: number | undefined): void => {
  try {
    if (pid !== undefined) setPriority(pid, BACKGROUND);
  } catch {
    // It has ended already.
  }
};
