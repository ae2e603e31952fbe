import { Link } from "@tanstack/react-router";
import type { HeldStatus, PoolStatus, SlotStatus } from "#schema/pool.ts";
import { useTask } from "../live/live-context.tsx";
import { useNow } from "../show/ticker.ts";
import { elapsed } from "../show/words.ts";

interface AtWorkProps {
  readonly where: string;
  readonly slot: Pick<SlotStatus | HeldStatus, "taskId" | "since" | "pid">;
}

const AtWork = ({ where, slot: { taskId, since, pid } }: AtWorkProps) => {
  const now = useNow();
  const record = useTask(taskId ?? "");
  return (
    <li>
      <span className="muted">{where}</span>
      {taskId !== undefined && (
        <Link to="/tasks/$id" params={{ id: taskId }} className="line-name">
          {record?.summary.name ?? <code>{taskId.slice(0, 13)}…</code>}
        </Link>
      )}
      <span className="spring" />
      <span className="muted small" {...(pid === undefined ? {} : { title: `Process ${pid}` })}>
        {elapsed(now - Date.parse(since))}
      </span>
    </li>
  );
};

/** A square for each slot, and by name what is not idle. */
export const SlotList = ({ pool }: { readonly pool: PoolStatus }) => {
  const busy = pool.slots.filter(({ state }) => state !== "idle");
  return (
    <>
      <span className="slot-row" aria-hidden="true">
        {pool.slots.map(({ slot, state }) => (
          <span key={slot} className="slot" title={`Slot ${slot}: ${state}`} data-state={state} />
        ))}
      </span>
      {busy.length + pool.held.length > 0 && (
        <ul className="lines slot-lines" aria-label="What it does">
          {busy.map((slot) => (
            <AtWork
              key={slot.slot}
              where={slot.state === "working" ? `Slot ${slot.slot}` : `Slot ${slot.slot}, ${slot.state}`}
              slot={slot}
            />
          ))}
          {pool.held.map((held) => (
            <AtWork key={held.taskId} where="Paused in place" slot={held} />
          ))}
        </ul>
      )}
    </>
  );
};
