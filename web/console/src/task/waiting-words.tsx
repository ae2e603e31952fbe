import { Hourglass } from "lucide-react";
import type { TaskDetail } from "#schema/api.ts";
import { waitingDetails } from "./relation-words.ts";

/** Why a task waits, in the server's words. */
export const WaitingWords = ({ detail }: { readonly detail: TaskDetail | undefined }) => {
  if (!detail?.waiting) return null;
  const more = waitingDetails(detail);
  return (
    <p className="waiting-words" data-testid="waiting">
      <Hourglass size={15} aria-hidden="true" />
      <span>
        {detail.waiting} {more !== "" && <span className="muted">{more}</span>}
      </span>
    </p>
  );
};
