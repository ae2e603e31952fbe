import { notifications } from "@mantine/notifications";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import type { Recorded } from "#client/http.ts";
import type { ScheduleRow } from "#schema/record-api.ts";
import { useLive, useOffline, useTask } from "../live/live-context.tsx";
import { notPossible } from "../show/not-possible.ts";
import { GlyphMark, StateMark } from "../show/state-mark.tsx";
import { cronWords } from "./cron-words.ts";
import { NextRun } from "./next-run.tsx";
import { ScheduleHistory } from "./schedule-history.tsx";
import { policyWords } from "./schedule-words.ts";
import { type ScheduleVerb, SteerButtons } from "./steer-buttons.tsx";

const Last = ({ id }: { readonly id: string }) => {
  const { client, store } = useLive();
  const summary = useTask(id)?.summary;
  useQuery({
    queryKey: ["task", id],
    queryFn: async () => {
      store.adoptDetail(await client.task(id));
      return true;
    },
    enabled: summary === undefined,
  });
  return (
    <Link to="/tasks/$id" params={{ id }} className="relation" data-testid="last-task">
      {summary === undefined ? "Last task" : <StateMark task={summary} />}
    </Link>
  );
};

const RAN: Partial<Record<ScheduleVerb, string>> = { run: "Submitted now", delete: "Deleted" };

interface ScheduleLineProps {
  readonly schedule: ScheduleRow;
  readonly open: boolean;
  readonly onChanged: () => void;
}

/** One schedule: when, what came of it last, and what can be done with it. */
export const ScheduleLine = ({ schedule, open, onChanged }: ScheduleLineProps) => {
  const { client } = useLive();
  const offline = useOffline();
  const { id, name, cron, timezone, state, lastTask } = schedule;
  const steer = useMutation({
    mutationFn: (verb: ScheduleVerb): Promise<Recorded> => client.schedules[verb](id),
    onSuccess: (_, verb) => {
      onChanged();
      if (RAN[verb] !== undefined) notifications.show({ message: `${RAN[verb]}: ${name}`, autoClose: 3_000 });
    },
    onError: notPossible,
  });
  const look = { size: "compact-sm", variant: "default", disabled: offline || steer.isPending } as const;
  const words = cronWords(cron);
  return (
    <li className="record" data-testid={`schedule-${id}`} data-state={state} data-open={open || undefined}>
      <div className="record-line">
        <Link
          to="/schedules"
          search={open ? {} : { open: id }}
          className="record-title"
          aria-expanded={open}
          replace
        >
          <ChevronRight size={15} className="record-chevron" aria-hidden="true" />
          <span className="record-name">{name}</span>
        </Link>
        {state === "paused" && (
          <span className="state" data-hue="violet">
            <GlyphMark glyph="bars" /> Paused
          </span>
        )}
        {lastTask !== null && <Last id={lastTask} />}
        <SteerButtons
          schedule={schedule}
          noun="schedule"
          edit="/schedules/$id"
          stays="tasks"
          look={look}
          onSteer={steer.mutate}
        />
      </div>
      <p className="record-under muted small">
        {words}
        {words !== cron && (
          <>
            {" "}
            (<code>{cron}</code>)
          </>
        )}
        , {timezone} · <NextRun schedule={schedule} />
      </p>
      {open && (
        <>
          <p className="record-under muted small">
            {schedule.task.type} in {schedule.task.queue ?? "default"} · {policyWords(schedule)}
          </p>
          <ScheduleHistory schedule={schedule} />
        </>
      )}
    </li>
  );
};
