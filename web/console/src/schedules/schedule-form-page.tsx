import { useParams } from "@tanstack/react-router";
import { Notice } from "../show/notice.tsx";
import { FormFrame } from "./form-frame.tsx";
import { ScheduleForm } from "./schedule-form.tsx";

/** Makes a schedule, or changes one. */
export const ScheduleFormPage = () => {
  const { id } = useParams({ from: "/shell/schedules/$id" });
  return (
    <FormFrame id={id} noun="schedule" back={{ to: "/schedules", title: "Schedules" }}>
      {(types, schedule) =>
        types.length > 0 ? (
          <ScheduleForm types={types} schedule={schedule} />
        ) : (
          <Notice title="No runner offers anything yet">
            <p>Once a runner is connected, the kinds of work it can do show up here by themselves.</p>
          </Notice>
        )
      }
    </FormFrame>
  );
};
