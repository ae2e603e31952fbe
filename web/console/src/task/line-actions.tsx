import type { TaskSummary } from "#schema/api.ts";
import { type Offer, offersForLine } from "./commands.ts";
import { OfferRow } from "./command-buttons.tsx";
import { useCommand } from "./use-command.ts";

interface LineActionsProps {
  readonly task: TaskSummary;
  /** For a narrow column. */
  readonly brief?: boolean;
}

/** `Retry the rest (12)` → `Retry (12)`, `Reject the plan` → `Reject`. */
const shortened = (offer: Offer): Offer => ({ ...offer, label: offer.label.replace(/ the (rest|plan)/, "") });

/** The commands of a task where only its line is known: lists, the dock, the strip of a run. */
export const LineActions = ({ task, brief = false }: LineActionsProps) => {
  const sender = useCommand(task.id);
  const offers = offersForLine(task);
  return (
    <OfferRow
      offers={brief ? offers.map(shortened) : offers}
      sender={sender}
      active={task.tag === "active"}
    />
  );
};
