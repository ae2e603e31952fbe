import { Button } from "@mantine/core";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useTitle } from "../live/live-context.tsx";
import type { TaskFilter } from "../live/task-filter.ts";
import { FailureNotice } from "../show/notice.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { FilteredOut, NothingYet } from "./no-tasks.tsx";
import { TaskTable } from "./task-table.tsx";
import { useTaskList } from "./use-task-list.ts";

/** All tasks, newest first, live. */
export const TasksPage = () => {
  useTitle("Tasks");
  const filter = useSearch({ from: "/shell/tasks" });
  const navigate = useNavigate();
  const { list, view } = useTaskList(filter);
  const change = (next: TaskFilter, typing: boolean): void =>
    void navigate({ to: "/tasks", search: next, replace: typing });
  const filtered = Object.keys(filter).length > 0;
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
      <FilterBar filter={filter} onChange={change} />
      {view.status === "failed" && (
        <FailureNotice
          title="The tasks could not be loaded"
          error={view.error}
          onRetry={() => void list.load()}
        />
      )}
      {view.status === "ready" &&
        view.rows.length === 0 &&
        (filtered ? <FilteredOut onClear={() => change({}, false)} /> : <NothingYet />)}
      {(view.rows.length > 0 || view.status === "loading") && view.status !== "failed" && (
        <TaskTable list={list} view={view} />
      )}
    </section>
  );
};
