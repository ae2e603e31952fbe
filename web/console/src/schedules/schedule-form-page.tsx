import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { useLive, useTitle } from "../live/live-context.tsx";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { useTypes } from "../submit/use-types.ts";
import { ScheduleForm } from "./schedule-form.tsx";

/** Makes a schedule, or changes one. */
export const ScheduleFormPage = () => {
  const { id } = useParams({ from: "/shell/schedules/$id" });
  const { client } = useLive();
  const fresh = id === "new";
  const types = useTypes();
  const found = useQuery({
    queryKey: ["schedule", id],
    queryFn: () => client.schedules.get(id),
    enabled: !fresh,
    staleTime: 0,
    gcTime: 0,
  });
  const title = fresh ? "New schedule" : "Edit schedule";
  useTitle(title);
  const failed = types.error ?? found.error;
  const ready = types.isSuccess && (fresh || found.isSuccess);
  return (
    <section className="new-page">
      <Link to="/schedules" search={{}} className="back-link">
        <ChevronLeft size={15} aria-hidden="true" /> Schedules
      </Link>
      <h1>{title}</h1>
      {failed !== null && (
        <FailureNotice
          title="The form cannot be shown"
          error={failed}
          onRetry={() => void Promise.all([types.refetch(), fresh ? null : found.refetch()])}
        />
      )}
      {failed === null && !ready && <div className="panel-wait">Loading…</div>}
      {ready && types.data.items.length === 0 && (
        <Notice title="No runner offers anything yet">
          <p>Once a runner is connected, the kinds of work it can do show up here by themselves.</p>
        </Notice>
      )}
      {ready && types.data.items.length > 0 && (
        <ScheduleForm types={types.data.items} schedule={found.data ?? null} />
      )}
    </section>
  );
};
