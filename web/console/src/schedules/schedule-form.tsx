import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { ScheduleRow } from "#schema/record-api.ts";
import { useLive, useOffline } from "../live/live-context.tsx";
import { bodyOf, type Draft, draftFor, draftOf } from "../submit/draft.ts";
import { SubmitProblem, useDetails } from "../submit/submit-problem.tsx";
import { submitFields, TaskFields } from "../submit/task-fields.tsx";
import { TypePicker } from "../submit/type-picker.tsx";
import { newScheduleDraft, nextRuns, scheduleBody, scheduleDraft } from "./schedule-draft.ts";
import { ScheduleFields } from "./schedule-fields.tsx";

/** The pattern is judged, not the moment. */
const ANY_MOMENT = 0;

const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

interface ScheduleFormProps {
  readonly types: readonly ExecutorType[];
  /** The one to change; null makes a new one. */
  readonly schedule: ScheduleRow | null;
}

/** When, what, and the button. The task part is the one of a new task. */
export const ScheduleForm = ({ types, schedule }: ScheduleFormProps) => {
  const { client } = useLive();
  const navigate = useNavigate();
  const offline = useOffline();
  const [when, setWhen] = useState(() =>
    schedule === null ? newScheduleDraft(ownZone()) : scheduleDraft(schedule),
  );
  const [chosen, setChosen] = useState(schedule?.task.type ?? types[0]?.type ?? "");
  const type = types.find((each) => each.type === chosen) ?? types[0];
  const [draft, setDraft] = useState<Draft | null>(() => {
    if (schedule !== null) return draftOf(schedule.task);
    return type === undefined ? null : draftFor(type);
  });
  const [readable, setReadable] = useState(true);
  const save = useMutation({
    mutationFn: () => {
      if (draft === null) throw new Error("there is no task to schedule");
      const body = scheduleBody(when, bodyOf(chosen, draft, Date.now()));
      return schedule === null ? client.schedules.create(body) : client.schedules.change(schedule.id, body);
    },
    onSuccess: ({ id }) => navigate({ to: "/schedules", search: { open: id } }),
  });
  const details = useDetails(save.error)?.map(({ path, message }) => ({
    path: path.replace(/^\/task/, ""),
    message,
  }));
  if (type === undefined || draft === null) return null;
  const mutate = (): void => save.mutate();
  const ready = readable && !offline && when.name.trim() !== "" && nextRuns(when, ANY_MOMENT, 1).ok;
  return (
    <>
      <ScheduleFields draft={when} onChange={(part) => setWhen((before) => ({ ...before, ...part }))} />
      <h2>Its task</h2>
      {schedule === null && (
        <TypePicker
          types={types}
          chosen={type.type}
          onChoose={(next) => {
            const other = types.find((each) => each.type === next);
            if (other === undefined) return;
            setChosen(next);
            setDraft(draftFor(other));
          }}
        />
      )}
      <div className="type-form" key={type.type}>
        <TaskFields
          type={type}
          draft={draft}
          details={details}
          onChange={(part) => setDraft((before) => before && { ...before, ...part })}
          onReadable={setReadable}
          onSubmit={mutate}
        />
        <div className="type-submit">
          <SubmitProblem error={save.error} />
          <Button
            data-testid="schedule-save"
            disabled={!ready}
            loading={save.isPending}
            onClick={() => submitFields(mutate)}
          >
            {schedule === null ? "Make the schedule" : "Save the changes"}
          </Button>
          <Button variant="default" renderRoot={(props) => <Link to="/schedules" search={{}} {...props} />}>
            Not now
          </Button>
        </div>
      </div>
    </>
  );
};
