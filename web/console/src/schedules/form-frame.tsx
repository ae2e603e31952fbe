import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { ScheduleRow } from "#schema/record-api.ts";
import { useLive, useTitle } from "../live/live-context.tsx";
import { FailureNotice } from "../show/notice.tsx";
import { useTypes } from "../submit/use-types.ts";

interface FormFrameProps {
  /** The one to change; `new` makes one. */
  readonly id: string;
  readonly noun: "schedule" | "policy";
  readonly back: { readonly to: "/schedules" | "/maintenance"; readonly title: string };
  /** The form, once there is all it needs. */
  readonly children: (types: readonly ExecutorType[], schedule: ScheduleRow | null) => ReactNode;
}

/** The page around the form of a schedule, new or as it is. */
export const FormFrame = ({ id, noun, back, children }: FormFrameProps) => {
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
  const title = `${fresh ? "New" : "Edit"} ${noun}`;
  useTitle(title);
  const failed = types.error ?? found.error;
  const ready = types.isSuccess && (fresh || found.isSuccess);
  return (
    <section className="new-page">
      <Link to={back.to} search={{}} className="back-link">
        <ChevronLeft size={15} aria-hidden="true" /> {back.title}
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
      {ready && children(types.data.items, found.data ?? null)}
    </section>
  );
};
