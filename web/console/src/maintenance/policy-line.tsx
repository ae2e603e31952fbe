import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { EllipsisVertical, Eye, Pause, PencilLine, Play, Trash2, Zap } from "lucide-react";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { ScheduleRow } from "#schema/record-api.ts";
import { useLive, useOffline } from "../live/live-context.tsx";
import { cronWords } from "../schedules/cron-words.ts";
import { problemWords } from "../show/problem-words.ts";
import { GlyphMark } from "../show/state-mark.tsx";
import { useNow } from "../show/ticker.ts";
import { elapsed, moment, sentence } from "../show/words.ts";
import { LastRuns } from "./last-runs.tsx";
import { canReport, modeOf, policyOf, previewTask } from "./policy-draft.ts";
import { limitWords, modeWords } from "./policy-words.ts";
import { ruleWords } from "./rule-words.ts";

type Verb = "pause" | "resume" | "delete" | "run" | "preview";

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
    onError: (error) =>
      notifications.show({ color: "red", title: "Not possible", message: problemWords(error) }),
  });
};

const Next = ({ policy }: { readonly policy: ScheduleRow }) => {
  const now = useNow();
  if (policy.state === "paused") return <>paused</>;
  if (policy.firesAt === null) return <>never due</>;
  const left = Date.parse(policy.firesAt) - now;
  return <span title={moment(policy.firesAt)}>{left > 0 ? `next in ${elapsed(left)}` : "next run now"}</span>;
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
        <Button
          {...look}
          leftSection={<Zap size={14} />}
          data-testid="policy-run"
          onClick={() => steer.mutate("run")}
        >
          Run now
        </Button>
        <Button
          {...look}
          leftSection={state === "active" ? <Pause size={14} /> : <Play size={14} />}
          onClick={() => steer.mutate(state === "active" ? "pause" : "resume")}
        >
          {state === "active" ? "Pause" : "Resume"}
        </Button>
        <Menu withinPortal position="bottom-end">
          <Menu.Target>
            <Button {...look} px={6} aria-label={`More about ${name}`}>
              <EllipsisVertical size={15} />
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<PencilLine size={14} />}
              renderRoot={(props) => <Link to="/maintenance/$id" params={{ id }} {...props} />}
            >
              Edit
            </Menu.Item>
            <Menu.Item color="red" leftSection={<Trash2 size={14} />} onClick={() => steer.mutate("delete")}>
              Delete; its runs stay
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
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
            {sentence(cronWords(cron))}, {timezone} · <Next policy={policy} />
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
