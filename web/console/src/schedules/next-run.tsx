import type { ScheduleRow } from "#schema/record-api.ts";
import { useNow } from "../show/ticker.ts";
import { elapsed, moment } from "../show/words.ts";

/** When a schedule fires next, or that it does not. */
export const NextRun = ({ schedule }: { readonly schedule: ScheduleRow }) => {
  const now = useNow();
  if (schedule.state === "paused") return <>no next run while paused</>;
  if (schedule.firesAt === null) return <>no next run</>;
  const left = Date.parse(schedule.firesAt) - now;
  return (
    <span title={moment(schedule.firesAt)}>{left > 0 ? `next in ${elapsed(left)}` : "next run now"}</span>
  );
};
