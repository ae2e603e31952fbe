import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { ApiProblem } from "#client/api-problem.ts";
import { useLive, useTask, useTitle } from "../live/live-context.tsx";
import type { FoldedTask } from "#schema/task.fold.ts";
import type { TaskRecord } from "../live/task-store.ts";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { sentence, stateWords } from "../show/words.ts";
import { EventsPanel } from "./events-panel.tsx";
import { FailurePanel } from "./failure-panel.tsx";
import { InputPanel } from "./input-panel.tsx";
import { ItemsPanel } from "./items-panel.tsx";
import { JourneyStrip } from "./journey-strip.tsx";
import { LogPanel } from "./log-panel.tsx";
import { MetricTable } from "./metric-table.tsx";
import { OutlineView } from "./outline-view.tsx";
import { ProgressPanel } from "./progress-panel.tsx";
import { TaskHeader } from "./task-header.tsx";
import { RelationsPanel } from "./relations-panel.tsx";
import { type Tab, TABS } from "./task-page-search.ts";
import { StuckWords } from "./stuck-words.tsx";
import { useDetail } from "./use-detail.ts";
import { useHistory } from "./use-history.ts";
import { UseTable } from "./use-table.tsx";
import { WaitingWords } from "./waiting-words.tsx";

const PlanPanel = lazy(async () => ({ default: (await import("../plan/plan-panel.tsx")).PlanPanel }));

const TITLES: Record<Tab, string> = {
  plan: "Plan",
  items: "Items",
  log: "Log",
  chart: "Chart",
  events: "Events",
  input: "Input and result",
};

interface WholeTask {
  readonly record: TaskRecord;
  readonly folded: NonNullable<TaskRecord["folded"]>;
}

/** Where there is a plan to say yes to, or a plan is all there is, it comes first. */
const firstTab = ({ state, context: { plan } }: FoldedTask, bulk: boolean): Tab => {
  if (plan !== null && (state === "awaiting-approval" || plan.dryRun === true)) return "plan";
  return bulk ? "items" : "log";
};

const TaskBody = ({ record, folded }: WholeTask) => {
  const { summary } = record;
  const { id } = summary;
  const navigate = useNavigate();
  const { tab } = useSearch({ from: "/shell/tasks/$id" });
  const { history, view } = useHistory(id);
  const detail = useDetail(summary);
  const { plan } = folded.context;
  const bulk = plan !== null || summary.type.startsWith("docker.");
  // Chosen once: a plan that arrives later must not turn the page under somebody's eyes.
  const [first] = useState<Tab>(() => firstTab(folded, bulk));
  const open = tab ?? first;
  const hidden = new Set<Tab>([
    ...(bulk ? [] : ["items" as const]),
    ...(plan === null ? ["plan" as const] : []),
  ]);
  const tabs = TABS.filter((each) => each === open || !hidden.has(each));
  useTitle(`${sentence(stateWords(summary.state))}: ${summary.name}`);
  return (
    <article className="task-page">
      <TaskHeader summary={summary} folded={folded} events={view.events} />
      {summary.tag === "waiting" && <WaitingWords detail={detail} />}
      <StuckWords task={folded} />
      <FailurePanel task={summary} />
      <RelationsPanel detail={detail} />
      {summary.state !== "awaiting-approval" && <ProgressPanel task={summary} />}
      <MetricTable task={summary} />
      <UseTable task={summary} detail={detail} />
      <JourneyStrip
        events={view.events}
        settled={summary.tag === "settled"}
        partial={summary.outcome === "partial"}
      />
      <Tabs
        value={open}
        onChange={(next) =>
          void navigate({ to: "/tasks/$id", params: { id }, search: { tab: next as Tab }, replace: true })
        }
        keepMounted={false}
        className="task-tabs"
      >
        <Tabs.List>
          {tabs.map((each) => (
            <Tabs.Tab key={each} value={each} data-testid={`tab-${each}`}>
              {TITLES[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="plan">
          <Suspense fallback={<div className="panel-wait">Loading the plan…</div>}>
            <PlanPanel task={folded} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="items">
          <ItemsPanel task={folded} undo={detail?.undo} />
        </Tabs.Panel>
        <Tabs.Panel value="log">
          <LogPanel id={id} active={summary.tag === "active"} />
        </Tabs.Panel>
        <Tabs.Panel value="chart">
          <OutlineView task={folded} events={view.events} />
        </Tabs.Panel>
        <Tabs.Panel value="events">
          <EventsPanel view={view} onRetry={() => void history.load()} />
        </Tabs.Panel>
        <Tabs.Panel value="input">
          <InputPanel task={folded} />
        </Tabs.Panel>
      </Tabs>
    </article>
  );
};

const isUnknown = (error: unknown): boolean =>
  error instanceof ApiProblem && (error.status === 404 || error.status === 400);

/** One task, from the same record as the list's row. */
export const TaskPage = () => {
  const { id } = useParams({ from: "/shell/tasks/$id" });
  const { client, store } = useLive();
  const record = useTask(id);
  const detail = useQuery({
    queryKey: ["task", id],
    queryFn: async () => {
      store.adoptDetail(await client.task(id));
      return true;
    },
    staleTime: 0,
  });
  if (record?.folded) return <TaskBody key={id} record={record} folded={record.folded} />;
  if (detail.isError && isUnknown(detail.error)) {
    return (
      <Notice title="There is no such task">
        <p>
          Longshore knows no task <code>{id}</code>. <Link to="/tasks">Look among the tasks</Link>
        </p>
      </Notice>
    );
  }
  if (detail.isError) {
    return (
      <FailureNotice
        title="The task could not be loaded"
        error={detail.error}
        onRetry={() => void detail.refetch()}
      />
    );
  }
  return <div className="panel-wait">Loading the task…</div>;
};
