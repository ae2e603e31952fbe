import "../styles/maintenance.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { ScheduleRow } from "#schema/record-api.ts";
import { useLive, useTitle } from "../live/live-context.tsx";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { useTypes } from "../submit/use-types.ts";
import { isMaintenance } from "./policy-draft.ts";
import { PolicyForm } from "./policy-form.tsx";

/** What most people come for is offered first. */
const FIRST = "docker.images.prune";

interface ChosenFormProps {
  readonly types: readonly ExecutorType[];
  readonly policy: ScheduleRow | null;
}

const ChosenForm = ({ types, policy }: ChosenFormProps) => {
  const offered = types.filter(({ type }) => isMaintenance(type));
  const wanted = policy?.task.type ?? FIRST;
  const first = offered.find(({ type }) => type === wanted) ?? (policy === null ? offered[0] : undefined);
  if (first !== undefined) return <PolicyForm types={offered} first={first} policy={policy} />;
  return (
    <Notice title="No runner offers this kind of maintenance now">
      <p>
        Once a runner that can reach a container engine is connected, its kinds show up here by themselves.
      </p>
    </Notice>
  );
};

/** Makes a policy, or changes one. */
export const PolicyFormPage = () => {
  const { id } = useParams({ from: "/shell/maintenance/$id" });
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
  const title = fresh ? "New policy" : "Edit policy";
  useTitle(title);
  const failed = types.error ?? found.error;
  const ready = types.isSuccess && (fresh || found.isSuccess);
  return (
    <section className="new-page">
      <Link to="/maintenance" search={{}} className="back-link">
        <ChevronLeft size={15} aria-hidden="true" /> Maintenance
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
      {ready && <ChosenForm types={types.data.items} policy={found.data ?? null} />}
    </section>
  );
};
