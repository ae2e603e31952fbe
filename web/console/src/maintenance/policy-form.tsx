import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Eye } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { ScheduleRow } from "#schema/record-api.ts";
import { useLive, useOffline } from "../live/live-context.tsx";
import { newScheduleDraft, nextRuns, scheduleBody, scheduleDraft } from "../schedules/schedule-draft.ts";
import { ScheduleFields } from "../schedules/schedule-fields.tsx";
import { SubmitProblem, useDetails } from "../submit/submit-problem.tsx";
import { submitFields } from "../submit/task-fields.tsx";
import { HostChoice } from "./host-choice.tsx";
import { KindChoice } from "./kind-choice.tsx";
import { ModeFields } from "./mode-fields.tsx";
import {
  canReport,
  newPolicy,
  type PolicyDraft,
  policyOf,
  policyTask,
  previewTask,
  rulesSchema,
  withType,
} from "./policy-draft.ts";
import { PolicyPreview } from "./policy-preview.tsx";

const PayloadForm = lazy(async () => ({ default: (await import("../submit/payload-form.tsx")).PayloadForm }));

/** The id by which `submitFields` finds the form. */
const FORM = "payload-form";
/** The pattern is judged, not the moment. */
const ANY_MOMENT = 0;

const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

interface PolicyFormProps {
  /** Those a policy may be of; not empty. */
  readonly types: readonly ExecutorType[];
  readonly first: ExecutorType;
  /** The one to change; null makes a new one. */
  readonly policy: ScheduleRow | null;
}

/** What, where, by which rules, when, and how far by itself. */
export const PolicyForm = ({ types, first, policy }: PolicyFormProps) => {
  const { client } = useLive();
  const navigate = useNavigate();
  const offline = useOffline();
  const [when, setWhen] = useState(() =>
    policy === null ? newScheduleDraft(ownZone()) : scheduleDraft(policy),
  );
  const [draft, setDraft] = useState<PolicyDraft>(() =>
    policy === null ? newPolicy(first) : policyOf(policy.task, first),
  );
  const change = (part: Partial<PolicyDraft>): void => setDraft((before) => ({ ...before, ...part }));
  const type = types.find((each) => each.type === draft.type) ?? first;
  const schema = useMemo(() => rulesSchema(type.payload), [type]);
  const save = useMutation({
    mutationFn: () => {
      const body = scheduleBody(when, policyTask(draft));
      return policy === null ? client.schedules.create(body) : client.schedules.change(policy.id, body);
    },
    onSuccess: () => navigate({ to: "/maintenance", search: {} }),
  });
  const preview = useMutation({
    mutationFn: () => client.submit(previewTask(draft, when.name.trim() || type.title)),
  });
  const details = useDetails(save.error ?? preview.error)?.map(({ path, message }) => ({
    path: path.replace(/^\/task/, ""),
    message,
  }));
  const ready = !offline && when.name.trim() !== "" && nextRuns(when, ANY_MOMENT, 1).ok;
  return (
    <>
      <h2>What</h2>
      <KindChoice
        types={types}
        chosen={type.type}
        onChoose={(next) => setDraft((before) => withType(before, next))}
      />
      <h2>Where and by which rules</h2>
      <div className="policy-part">
        <HostChoice host={draft.host} onChange={(host) => change({ host })} />
        <Suspense fallback={<div className="panel-wait">Loading the form…</div>}>
          <PayloadForm
            key={type.type}
            id={FORM}
            schema={schema}
            value={draft.rules}
            details={details}
            onChange={(rules) => change({ rules: (rules ?? {}) as PolicyDraft["rules"] })}
            onSubmit={() => save.mutate()}
          />
        </Suspense>
      </div>
      <h2>When</h2>
      <ScheduleFields draft={when} onChange={(part) => setWhen((before) => ({ ...before, ...part }))} />
      {type.plans && canReport(type) && (
        <>
          <h2>How far it goes by itself</h2>
          <ModeFields
            mode={draft.mode}
            limits={draft.limits}
            onMode={(mode) => change({ mode })}
            onLimits={(part) => change({ limits: { ...draft.limits, ...part } })}
          />
        </>
      )}
      <div className="type-submit">
        <SubmitProblem error={save.error ?? preview.error} />
        <Button
          data-testid="policy-save"
          disabled={!ready}
          loading={save.isPending}
          onClick={() => submitFields(() => save.mutate())}
        >
          {policy === null ? "Make the policy" : "Save the changes"}
        </Button>
        {canReport(type) && (
          <Button
            variant="default"
            leftSection={<Eye size={15} />}
            disabled={offline}
            loading={preview.isPending}
            data-testid="policy-try"
            onClick={() => preview.mutate()}
          >
            What would it do now?
          </Button>
        )}
        <Button variant="default" renderRoot={(props) => <Link to="/maintenance" search={{}} {...props} />}>
          Not now
        </Button>
      </div>
      {preview.data !== undefined && <PolicyPreview key={preview.data.id} task={preview.data.id} />}
    </>
  );
};
