import "../styles/maintenance.css";
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { BrushCleaning, Plus } from "lucide-react";
import { useTitle } from "../live/live-context.tsx";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { useTypes } from "../submit/use-types.ts";
import { PolicyLine } from "./policy-line.tsx";
import { usePolicies } from "./use-policies.ts";

const NewPolicy = () => (
  <Button
    size="xs"
    leftSection={<Plus size={15} />}
    data-testid="new-policy"
    renderRoot={(props) => <Link to="/maintenance/$id" params={{ id: "new" }} {...props} />}
  >
    New policy
  </Button>
);

/** What keeps the container hosts tidy, and how far it may go by itself. */
export const MaintenancePage = () => {
  useTitle("Maintenance");
  const policies = usePolicies();
  const types = useTypes();
  const again = (): void => void policies.refetch();
  return (
    <section className="runners-page">
      <div className="page-head">
        <h1>Maintenance</h1>
        <span className="spring" />
        <NewPolicy />
      </div>
      {policies.isPending && <div className="panel-wait">Loading the policies…</div>}
      {policies.isError && (
        <FailureNotice title="The policies could not be listed" error={policies.error} onRetry={again} />
      )}
      {policies.data?.length === 0 && (
        <Notice title="No policy yet" icon={<BrushCleaning size={34} />}>
          <p>
            A policy looks after a container host again and again: by rules of yours, and only as far as you
            let it. Begin with one that only reports.
          </p>
          <NewPolicy />
        </Notice>
      )}
      {policies.data !== undefined && policies.data.length > 0 && (
        <ul className="records" aria-label="Policies">
          {policies.data.map((policy) => (
            <PolicyLine
              key={policy.id}
              policy={policy}
              type={types.data?.items.find(({ type }) => type === policy.task.type)}
              onChanged={again}
            />
          ))}
        </ul>
      )}
    </section>
  );
};
