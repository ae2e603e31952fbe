import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { RecordEventRow, ScheduleRow } from "#schema/record-api.ts";
import { useLive, useTask } from "../live/live-context.tsx";
import { FailureNotice } from "../show/notice.tsx";
import { StateMark } from "../show/state-mark.tsx";
import { moment } from "../show/words.ts";
import { scheduleEventWords } from "./schedule-words.ts";

/** Steps read at once, and shown. */
const PAGE = 1_000;
const SHOWN = 50;

const Ran = ({ id }: { readonly id: string }) => {
  const summary = useTask(id)?.summary;
  return (
    <Link to="/tasks/$id" params={{ id }} className="relation">
      {summary === undefined ? "Its task" : <StateMark task={summary} />}
    </Link>
  );
};

const Line = ({ event }: { readonly event: RecordEventRow }) => {
  const task = event.data["task"];
  return (
    <li>
      <time className="muted" dateTime={event.at}>
        {moment(event.at)}
      </time>
      <span className="line-name">{scheduleEventWords(event)}</span>
      {event.type === "fired" && typeof task === "string" && <Ran id={task} />}
      <span className="spring" />
      <span className="muted small">
        {event.reason !== null && `“${event.reason}” `}
        {event.actor.kind === event.actor.id ? event.actor.id : `${event.actor.kind} ${event.actor.id}`}
      </span>
    </li>
  );
};

/** What a schedule did and what was done to it, the latest first. */
export const ScheduleHistory = ({ schedule }: { readonly schedule: ScheduleRow }) => {
  const { client } = useLive();
  const events = useQuery({
    queryKey: ["schedule-events", schedule.id, schedule.seq],
    queryFn: async () => {
      // The history is read from its start: there is no cursor from the end. The last pages are what counts.
      let after = 0;
      let kept: readonly RecordEventRow[] = [];
      for (;;) {
        const page = await client.schedules.events(schedule.id, { after, limit: PAGE });
        kept = [...kept, ...page.items].slice(-SHOWN);
        after = page.items.at(-1)?.seq ?? after;
        if (page.next === undefined || page.items.length === 0) return kept.toReversed();
      }
    },
    placeholderData: (old) => old,
  });
  if (events.isError)
    return (
      <FailureNotice
        title="The history could not be loaded"
        error={events.error}
        onRetry={() => void events.refetch()}
      />
    );
  if (events.isPending) return <div className="panel-wait">Loading the history…</div>;
  return (
    <ul className="lines" data-testid="schedule-history">
      {events.data.map((event) => (
        <Line key={event.seq} event={event} />
      ))}
    </ul>
  );
};
