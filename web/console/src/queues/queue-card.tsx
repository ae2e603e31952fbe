import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Pause, Play, SlidersHorizontal, Waves } from "lucide-react";
import { useState } from "react";
import type { QueueRow } from "#schema/record-api.ts";
import { PRIORITIES } from "#schema/priorities.ts";
import { useLive, useOffline } from "../live/live-context.tsx";
import { notPossible } from "../show/not-possible.ts";
import { GlyphMark } from "../show/state-mark.tsx";
import { number, sentence } from "../show/words.ts";
import { QueueDialog } from "./queue-dialog.tsx";
import { limitWords, queueLook, reachedWords } from "./queue-words.ts";

/** How many wait in each priority, the most important first. */
const Depth = ({ queue }: { readonly queue: QueueRow }) => {
  const most = Math.max(...PRIORITIES.map((priority) => queue.depth[priority]));
  if (most === 0) return <p className="muted small">Nothing of it is queued.</p>;
  return (
    <ul className="depth" aria-label="Queued by priority">
      {PRIORITIES.map((priority) => {
        const count = queue.depth[priority];
        return (
          <li key={priority} data-none={count === 0 || undefined}>
            <Link to="/tasks" search={{ queue: queue.id, state: "queued", priority }}>
              {sentence(priority)}
            </Link>
            <span className="depth-track" aria-hidden="true">
              <span style={{ width: `${(count / most) * 100}%` }} />
            </span>
            <b>{number(count)}</b>
          </li>
        );
      })}
    </ul>
  );
};

interface QueueCardProps {
  readonly queue: QueueRow;
  readonly onChanged: () => void;
}

/** One queue: what is in it, what holds it back, and the levers. */
export const QueueCard = ({ queue, onChanged }: QueueCardProps) => {
  const { client } = useLive();
  const offline = useOffline();
  const [editing, setEditing] = useState(false);
  const steer = useMutation({
    mutationFn: (verb: "pause" | "resume" | "drain") => client.queues[verb](queue.id),
    onSuccess: onChanged,
    onError: notPossible,
  });
  const { hue, glyph, word } = queueLook(queue);
  const reached = reachedWords(queue);
  const look = { size: "compact-sm", variant: "default", disabled: offline || steer.isPending } as const;
  return (
    <article className="runner-card queue-card" data-testid={`queue-${queue.id}`} data-state={queue.state}>
      <div className="runner-head">
        <h2>
          <Link to="/tasks" search={{ queue: queue.id }} className="plain-link">
            {queue.id}
          </Link>
        </h2>
        <span className="state" data-hue={hue}>
          <GlyphMark glyph={glyph} /> {word}
        </span>
      </div>
      <div className="figures">
        <Link to="/tasks" search={{ queue: queue.id, state: "active" }}>
          <b>
            {number(queue.active)}
            {queue.concurrency !== null && <small> of {number(queue.concurrency)}</small>}
          </b>{" "}
          at work
        </Link>
        <Link to="/tasks" search={{ queue: queue.id, state: "waiting" }}>
          <b>{number(queue.waiting)}</b> waiting
        </Link>
        <Link to="/tasks" search={{ queue: queue.id, state: "failed" }}>
          <b>{number(queue.counts.failed ?? 0)}</b> failed
        </Link>
      </div>
      <Depth queue={queue} />
      <p className="muted small">{limitWords(queue)}</p>
      {reached !== "" && <p className="reached">{reached}</p>}
      <div className="card-buttons">
        {queue.state !== "open" ? (
          <Button
            {...look}
            leftSection={<Play size={14} />}
            data-testid="queue-resume"
            onClick={() => steer.mutate("resume")}
          >
            Resume
          </Button>
        ) : (
          <>
            <Button
              {...look}
              leftSection={<Pause size={14} />}
              data-testid="queue-pause"
              onClick={() => steer.mutate("pause")}
            >
              Pause
            </Button>
            <Button {...look} leftSection={<Waves size={14} />} onClick={() => steer.mutate("drain")}>
              Drain
            </Button>
          </>
        )}
        <span className="spring" />
        <Button
          {...look}
          leftSection={<SlidersHorizontal size={14} />}
          data-testid="queue-edit"
          onClick={() => setEditing(true)}
        >
          Limits
        </Button>
      </div>
      {editing && (
        <QueueDialog
          queue={queue}
          onClose={() => setEditing(false)}
          onDone={() => {
            setEditing(false);
            onChanged();
          }}
        />
      )}
    </article>
  );
};
