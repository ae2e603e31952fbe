import "../styles/maintenance.css";
import { useParams } from "@tanstack/react-router";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { ScheduleRow } from "#schema/record-api.ts";
import { FormFrame } from "../schedules/form-frame.tsx";
import { Notice } from "../show/notice.tsx";
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
  return (
    <FormFrame id={id} noun="policy" back={{ to: "/maintenance", title: "Maintenance" }}>
      {(types, policy) => <ChosenForm types={types} policy={policy} />}
    </FormFrame>
  );
};
