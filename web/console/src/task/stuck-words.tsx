import { TriangleAlert } from "lucide-react";
import { decide } from "#schema/task.decide.ts";
import { restore } from "#schema/task.evolve.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import { useNow } from "../show/ticker.ts";
import { ago, moment } from "../show/words.ts";

/** Why a task counts as stuck, since when, and what that means for it. */
export const StuckWords = ({ task }: { readonly task: FoldedTask }) => {
  const now = useNow();
  const { stuck, state, context } = task;
  if (stuck === null) return null;
  const { evidence, since } = stuck;
  const canPause = decide(restore(state, context), { type: "pause" }).ok;
  return (
    <div className="stuck-words" role="status" data-testid="stuck">
      <TriangleAlert size={17} aria-hidden="true" />
      <div>
        <p>
          <strong>
            Stuck since <time dateTime={since}>{moment(since)}</time>
          </strong>{" "}
          ({ago(since, now)}). <span data-testid="stuck-evidence">{evidence}</span>
        </p>
        <p className="small">
          Nothing was stopped, and it goes back to running by itself when there are signs of life.{" "}
          {canPause ? "Pause or cancel it" : "Cancel it"} if you do not want to wait for that.
        </p>
      </div>
    </div>
  );
};
