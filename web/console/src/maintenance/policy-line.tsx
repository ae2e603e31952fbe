import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Eye } from "lucide-react";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { ScheduleRow } from "#schema/record-api.ts";
import { useLive, useOffline } from "../live/live-context.tsx";
import { cronWords } from "../schedules/cron-words.ts";
import { NextRun } from "../schedules/next-run.tsx";
import { type ScheduleVerb, SteerButtons } from "../schedules/steer-buttons.tsx";
import { notPossible } from "../show/not-possible.ts";
import { GlyphMark } from "../show/state-mark.tsx";
import { sentence } from "../show/words.ts";
import { LastRuns } from "./last-runs.tsx";
import { canReport, modeOf, policyOf, previewTask } from "./policy-draft.ts";
import { limitWords, modeWords } from "./policy-words.ts";
import { ruleWords } from "./rule-words.ts";

type Verb = ScheduleVerb | "preview";

const useSteer = (policy: ScheduleRow, type: ExecutorType | undefined, onChanged: () => void) => {
  const { client } = useLive();
  const navigate = useNavigate();
  const { id, name, task } = policy;
  return useMutation({
    mutationFn: async (verb: Verb): Promise<string | undefined> => {
      if (verb === "preview") return (await client.submit(previewTask(policyOf(task, type), name))).id;
      if (verb === "run") return (await client.schedules.run(id)).task;
      await client.schedules[verb](id);
      return undefined;
    },
    onSuccess: (started) => {
      onChanged();
      if (started !== undefined) void navigate({ to: "/tasks/$id", params: { id: started }, search: {} });
    },
    onError: notPossible,
  });
};

interface PolicyLineProps {
  readonly policy: ScheduleRow;
  readonly type: ExecutorType | undefined;
  readonly onChanged: () => void;
}

/** One policy: what, where, when, by which rules, how far by itself, and what came of it. */
export const PolicyLine = ({ policy, type, onChanged }: PolicyLineProps) => {
  const offline = useOffline();
  const steer = useSteer(policy, type, onChanged);
  const { id, name, cron, timezone, state, task } = policy;
  const draft = policyOf(task, type);
  const mode = modeWords(task);
  const rules = ruleWords(task.type, task.payload);
  const look = { size: "compact-sm", variant: "default", disabled: offline || steer.isPending } as const;
  return (
    <li className="record" data-testid={`policy-${id}`} data-state={state}>
      <div className="record-line">
        <h2 className="record-title">
          <span className="record-name">{name}</span>
          <span className="policy-mode" data-hue={mode.hue} title={mode.long}>
            {mode.short}
          </span>
        </h2>
        {state === "paused" && (
          <span className="state" data-hue="violet">
            <GlyphMark glyph="bars" /> Paused
          </span>
        )}
        {type !== undefined && canReport(type) && (
          <Button
            {...look}
            leftSection={<Eye size={14} />}
            data-testid="policy-preview"
            onClick={() => steer.mutate("preview")}
          >
            What would it do now?
          </Button>
        )}
        <SteerButtons
          schedule={policy}
          noun="policy"
          edit="/maintenance/$id"
          stays="runs"
          look={look}
          onSteer={steer.mutate}
        />
      </div>
      <dl className="policy-facts">
        <div>
          <dt>What</dt>
          <dd>
            {type?.title ?? task.type} on {draft.host ?? "the runner's own engine"}
          </dd>
        </div>
        <div>
          <dt>When</dt>
          <dd>
            {sentence(cronWords(cron))}, {timezone} · <NextRun schedule={policy} />
          </dd>
        </div>
        <div>
          <dt>Rules</dt>
          <dd>{rules.length === 0 ? "None beyond the usual protection" : sentence(rules.join("; "))}</dd>
        </div>
        {modeOf(task) === "auto" && (
          <div>
            <dt>Limits</dt>
            <dd>{sentence(limitWords(draft.limits))}</dd>
          </div>
        )}
      </dl>
      <LastRuns schedule={id} />
    </li>
  );
};
