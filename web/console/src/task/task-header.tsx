import { Menu, UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ChevronDown, ChevronLeft, Copy } from "lucide-react";
import { decide } from "#schema/task.decide.ts";
import { PRIORITIES } from "#schema/priorities.ts";
import { restore } from "#schema/task.evolve.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import type { TaskEventRow, TaskSummary } from "#schema/api.ts";
import { useOffline } from "../live/live-context.tsx";
import { copyText } from "../show/copy-text.ts";
import { StateMark } from "../show/state-mark.tsx";
import { useNow } from "../show/ticker.ts";
import { ago, duration, moment, sentence } from "../show/words.ts";
import { CommandButtons } from "./command-buttons.tsx";
import { useCommand } from "./use-command.ts";

/** The priority, and a way to change it while the chart allows that. */
const PriorityMenu = ({ task }: { readonly task: FoldedTask }) => {
  const sender = useCommand(task.id);
  const offline = useOffline();
  const { priority } = task.context;
  const allowed = decide(restore(task.state, task.context), { type: "reprioritise", priority }).ok;
  if (!allowed || offline) return <>{sentence(priority)}</>;
  return (
    <Menu withinPortal>
      <Menu.Target>
        <UnstyledButton
          className="inline-menu"
          aria-label={`Priority ${priority}: change`}
          data-testid="command-reprioritise"
        >
          {sentence(priority)} <ChevronDown size={13} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {PRIORITIES.map((each) => (
          <Menu.Item
            key={each}
            disabled={each === priority}
            onClick={() => sender.press({ type: "reprioritise", priority: each })}
          >
            {sentence(each)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
};

const Submitted = ({ task }: { readonly task: TaskSummary }) => {
  const now = useNow();
  return (
    <span title={moment(task.submittedAt)}>
      {ago(task.submittedAt, now)} by {task.submittedBy.id}
    </span>
  );
};

/** From its first start to its end; a task that is at work tells that beside its bar. */
const tookWords = ({ startedAt, settledAt }: TaskSummary): string =>
  startedAt === null || settledAt === null ? "–" : duration(Date.parse(settledAt) - Date.parse(startedAt));

interface TaskHeaderProps {
  readonly summary: TaskSummary;
  readonly folded: FoldedTask;
  readonly events: readonly TaskEventRow[];
}

/** The runner that has it; of a settled task the one that had it last. */
const runnerWords = ({ runner, tag }: TaskSummary, events: readonly TaskEventRow[]): string => {
  if (runner !== null || tag !== "settled") return runner ?? "–";
  return events.findLast((event) => event.runner !== null)?.runner ?? "–";
};

export const TaskHeader = ({ summary, folded, events }: TaskHeaderProps) => {
  const attempts = folded.context.definition?.retry.maxAttempts ?? 1;
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ["Type", summary.type],
    ["Queue", summary.queue],
    ["Priority", <PriorityMenu key="priority" task={folded} />],
    ["Attempt", `${summary.attempt}${attempts > 1 ? `, ${summary.failures} of ${attempts} failed` : ""}`],
    ["Runner", runnerWords(summary, events)],
    ...(summary.tag === "settled" ? [["Took", tookWords(summary)] as const] : []),
    ["Submitted", <Submitted key="submitted" task={summary} />],
  ];
  return (
    <header className="task-head">
      <Link to="/tasks" search={{}} className="back-link">
        <ChevronLeft size={15} aria-hidden="true" /> Tasks
      </Link>
      <div className="task-title">
        <div>
          <h1>{summary.name}</h1>
          <div className="task-under">
            <StateMark task={summary} testId="task-state" />
            <code className="task-id">{summary.id}</code>
            <UnstyledButton
              className="icon-button"
              aria-label="Copy the id"
              onClick={() => void copyText(summary.id)}
            >
              <Copy size={13} />
            </UnstyledButton>
            {Object.entries(summary.labels).map(([key, value]) => (
              <Link key={key} to="/tasks" search={{ label: `${key}=${value}` }} className="label">
                {key}={value}
              </Link>
            ))}
          </div>
        </div>
        <CommandButtons task={folded} active={summary.tag === "active"} />
      </div>
      <dl className="task-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
};
