import { Button } from "@mantine/core";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { BatchDialog } from "../batches/batch-dialog.tsx";
import { BatchStrip } from "../batches/batch-strip.tsx";
import { useTaskBatch } from "../batches/use-task-batch.ts";
import { useTitle } from "../live/live-context.tsx";
import type { TaskFilter } from "../live/task-filter.ts";
import { FailureNotice } from "../show/notice.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { FilteredOut, NothingYet } from "./no-tasks.tsx";
import { ALL_MATCHING, isEmpty, NO_CHOICE, pick, pickLoaded, targetOf } from "./task-choice.ts";
import { TaskBulkBar } from "./task-bulk-bar.tsx";
import { TaskTable } from "./task-table.tsx";
import { useTaskList } from "./use-task-list.ts";

interface ChoosableTasksProps {
  readonly filter: TaskFilter;
  readonly batches: ReturnType<typeof useTaskBatch>;
}

/** The list for one filter; another filter begins with nothing chosen. */
const ChoosableTasks = ({ filter, batches }: ChoosableTasksProps) => {
  const navigate = useNavigate();
  const { list, view } = useTaskList(filter);
  const [choice, setChoice] = useState(NO_CHOICE);
  const order = useMemo(() => view.rows.map(({ id }) => id), [view.rows]);
  const choose = useCallback(
    (id: string, range: boolean) => setChoice((before) => pick(before, id, order, range)),
    [order],
  );
  const clear = (): void => setChoice(NO_CHOICE);
  const filtered = Object.keys(filter).length > 0;
  const whole = order.length > 0 && order.every((id) => choice.selection.ids.has(id));
  return (
    <>
      {!isEmpty(choice) && (
        <TaskBulkBar
          choice={choice}
          filtered={filtered}
          offerMatching={whole && (filtered || view.more)}
          onMatching={() => setChoice(ALL_MATCHING)}
          onAction={(action) => batches.ask({ action, target: targetOf(choice, filter) })}
          onClear={clear}
        />
      )}
      {view.status === "failed" && (
        <FailureNotice
          title="The tasks could not be loaded"
          error={view.error}
          onRetry={() => void list.load()}
        />
      )}
      {view.status === "ready" &&
        view.rows.length === 0 &&
        (filtered ? (
          <FilteredOut onClear={() => void navigate({ to: "/tasks", search: {} })} />
        ) : (
          <NothingYet />
        ))}
      {(view.rows.length > 0 || view.status === "loading") && view.status !== "failed" && (
        <TaskTable
          list={list}
          view={view}
          choice={choice}
          onChoose={choose}
          onChooseLoaded={() => setChoice((before) => pickLoaded(before, order))}
        />
      )}
      {batches.wish !== null && (
        <BatchDialog
          wish={batches.wish}
          onStarted={(batch) => {
            batches.began(batch);
            clear();
          }}
          onClose={batches.close}
        />
      )}
    </>
  );
};

/** All tasks, newest first, live. */
export const TasksPage = () => {
  useTitle("Tasks");
  const filter = useSearch({ from: "/shell/tasks" });
  const navigate = useNavigate();
  const batches = useTaskBatch();
  return (
    <section className="list-page">
      <div className="page-head">
        <h1>Tasks</h1>
        <span className="spring" />
        <Button
          size="xs"
          leftSection={<Plus size={15} />}
          renderRoot={(props) => <Link to="/new" search={{}} {...props} />}
        >
          New task
        </Button>
      </div>
      <FilterBar
        filter={filter}
        onChange={(next, typing) => void navigate({ to: "/tasks", search: next, replace: typing })}
      />
      {batches.batch !== null && (
        <BatchStrip key={batches.batch} id={batches.batch} onUndo={batches.began} onClose={batches.hide} />
      )}
      <ChoosableTasks key={JSON.stringify(filter)} filter={filter} batches={batches} />
    </section>
  );
};
