import { Button } from "@mantine/core";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { TaskEventRow } from "#schema/api.ts";
import { errorWords } from "../show/error-words.ts";
import { JsonTree } from "../show/json-tree.tsx";
import { FailureNotice } from "../show/notice.tsx";
import { lookOf } from "../show/state-look.ts";
import { GlyphMark } from "../show/state-mark.tsx";
import { clock, moment, number, sentence, stateWords } from "../show/words.ts";
import { CauseLink } from "./cause-link.tsx";
import type { HistoryView } from "./task-history.ts";

/** Rows drawn at first; older ones on demand. */
const STEP = 200;

const summaryWords = ({ type, data, reason, from, to, runner }: TaskEventRow): string => {
  const { message, error, items, evidence } = data as {
    message?: string;
    error?: { message: string };
    items?: unknown;
    evidence?: string;
  };
  // Its reason is the same sentence, and nobody's words.
  if (evidence) return evidence;
  if (reason !== null) return `“${reason}”`;
  if (error) return errorWords(error);
  if (message) return message;
  if (type === "recovered") return "it shows signs of life again";
  if (to === "running.starting" && from !== to && runner !== null) return `given to runner ${runner}`;
  return Array.isArray(items) ? `${items.length} items` : "";
};

const EventLine = ({ event }: { readonly event: TaskEventRow }) => {
  const [open, setOpen] = useState(false);
  return (
    <li className="event">
      <button type="button" className="event-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight size={14} className="event-chevron" aria-hidden="true" />
        <time dateTime={event.at} title={moment(event.at)}>
          {clock(event.at)}
        </time>
        <span className="event-what">{sentence(stateWords(event.type))}</span>
        {event.from === event.to ? (
          <span className="event-path muted">{stateWords(event.to)}</span>
        ) : (
          <span className="event-path state" data-hue={lookOf(event.to).hue}>
            <span className="muted">{stateWords(event.from)} →</span>{" "}
            <GlyphMark glyph={lookOf(event.to).glyph} />
            {stateWords(event.to)}
          </span>
        )}
        <span className="event-words">{summaryWords(event)}</span>
        <span className="event-who">
          {event.actor.kind === event.actor.id ? event.actor.id : `${event.actor.kind} ${event.actor.id}`}
        </span>
        <span className="event-n">#{event.n}</span>
      </button>
      {open && event.cause !== null && event.actor.kind === "user" && <CauseLink cause={event.cause} />}
      {open && <JsonTree value={event} label={`Fact ${event.n}`} />}
    </li>
  );
};

interface EventsPanelProps {
  readonly view: HistoryView;
  readonly onRetry: () => void;
}

/** Every fact of the task, the newest first. */
export const EventsPanel = ({ view, onRetry }: EventsPanelProps) => {
  const [count, setCount] = useState(STEP);
  if (view.status === "failed") {
    return <FailureNotice title="The history could not be loaded" error={view.error} onRetry={onRetry} />;
  }
  if (view.status === "loading" && view.events.length === 0)
    return <div className="panel-wait">Loading the history…</div>;
  const newest = view.events.toReversed();
  return (
    <>
      <ol className="events" aria-label="History" reversed>
        {newest.slice(0, count).map((event) => (
          <EventLine key={event.n} event={event} />
        ))}
      </ol>
      {newest.length > count && (
        <Button size="xs" variant="default" m="sm" onClick={() => setCount(count + STEP)}>
          Show older ({number(newest.length - count)})
        </Button>
      )}
    </>
  );
};
