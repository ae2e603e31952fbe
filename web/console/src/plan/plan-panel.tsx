import "../styles/plan.css";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import type { PlanHead, PlanItem } from "#schema/items.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import { useLive } from "../live/live-context.tsx";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { useCommand } from "../task/use-command.ts";
import { ApproveBar } from "./approve-bar.tsx";
import { PlanFacts } from "./plan-facts.tsx";
import { AS_PLANNED, canBeTicked, type Choice, choiceOf, groupOf, tally, withTicks } from "./plan-groups.ts";
import { type PlanFilter, planRows } from "./plan-rows.ts";
import { type OnTick, PlanTable } from "./plan-table.tsx";
import { PlanTools } from "./plan-tools.tsx";
import { thingOf, verbOf } from "./plan-words.ts";
import { usePlan } from "./use-plan.ts";

const ALL: PlanFilter = { text: "", group: null, order: "planned" };

const usePayload = (id: string): unknown => {
  const { client } = useLive();
  const payload = useQuery({
    queryKey: ["payload", id],
    queryFn: async () => (await client.task(id)).payload ?? null,
  });
  return payload.data;
};

interface WholePlanProps {
  readonly task: FoldedTask;
  readonly head: PlanHead;
  readonly items: readonly PlanItem[];
}

const WholePlan = ({ task, head, items }: WholePlanProps) => {
  const waits = task.state === "awaiting-approval";
  const { approval, definition } = task.context;
  const [own, setOwn] = useState<Choice>(AS_PLANNED);
  const [filter, setFilter] = useState(ALL);
  const sender = useCommand(task.id);
  const choice = useMemo(() => (waits ? own : choiceOf(items, approval)), [waits, own, items, approval]);
  const sums = useMemo(() => tally(items, choice), [items, choice]);
  const rows = useMemo(() => planRows(items, filter), [items, filter]);
  const type = definition?.type ?? "";
  const verb = verbOf(type, usePayload(task.id));
  const thing = useMemo(
    () =>
      thingOf(
        items.filter((item) => canBeTicked(groupOf(item))),
        type,
      ),
    [items, type],
  );
  const tick = useCallback<OnTick>(
    (indices, ticked) => setOwn((before) => withTicks(before, items, indices, ticked)),
    [items],
  );
  return (
    <section className="plan-panel" aria-label="Plan">
      <div className="plan-head">
        <PlanFacts head={head} sums={sums} waits={waits} frees={verb === "remove"} />
        {head.dryRun === true && (
          <p className="plan-report" data-testid="plan-report">
            A report only: it says what would happen, and nothing was done.
          </p>
        )}
        {waits && (
          <ApproveBar head={head} verb={verb} thing={thing} sums={sums} choice={choice} sender={sender} />
        )}
      </div>
      <PlanTools
        id={task.id}
        counts={sums.counts}
        filter={filter}
        onChange={(part) => setFilter((before) => ({ ...before, ...part }))}
      />
      {rows.length === 0 ? (
        <p className="panel-wait">
          {items.length === 0 ? "There was nothing to look at." : "No item fits this filter."}
        </p>
      ) : (
        <PlanTable rows={rows} choice={choice} onTick={waits ? tick : null} />
      )}
    </section>
  );
};

const LoadedPlan = ({ task, head }: Omit<WholePlanProps, "items">) => {
  const plan = usePlan(task.id, head);
  if (plan.isError) {
    return (
      <FailureNotice
        title="The plan could not be loaded"
        error={plan.error}
        onRetry={() => void plan.refetch()}
      />
    );
  }
  if (plan.data === undefined) return <div className="panel-wait">Loading the plan…</div>;
  return <WholePlan task={task} head={head} items={plan.data} />;
};

/** What a task means to do and why: with ticks and a button while it waits for a yes, to be read afterwards. */
export const PlanPanel = ({ task }: { readonly task: FoldedTask }) => {
  const { plan } = task.context;
  if (plan === null) return <Notice title="No plan yet">It is being made, or this task has none.</Notice>;
  return <LoadedPlan key={`${plan.number} ${plan.hash ?? ""}`} task={task} head={plan} />;
};
