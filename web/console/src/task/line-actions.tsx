import type { TaskSummary } from "#schema/api.ts";
import { offersForLine } from "./commands.ts";
import { OfferRow } from "./command-buttons.tsx";
import { useCommand } from "./use-command.ts";

/** The commands of a task where only its line is known: lists, the dock, the strip of a run. */
export const LineActions = ({ task }: { readonly task: TaskSummary }) => {
  const sender = useCommand(task.id);
  return <OfferRow offers={offersForLine(task)} sender={sender} active={task.tag === "active"} />;
};
