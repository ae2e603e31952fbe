import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { CalendarClock, Plus } from "lucide-react";
import { useLive, useTitle } from "../live/live-context.tsx";
import { useFresh } from "../live/use-fresh.ts";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { ScheduleLine } from "./schedule-line.tsx";

const PAGE = 200;

const NewSchedule = () => (
  <Button
    size="xs"
    leftSection={<Plus size={15} />}
    data-testid="new-schedule"
    renderRoot={(props) => <Link to="/schedules/$id" params={{ id: "new" }} {...props} />}
  >
    New schedule
  </Button>
);

/** Recurring tasks, live. */
export const SchedulesPage = () => {
  useTitle("Schedules");
  const { client } = useLive();
  const { open } = useSearch({ from: "/shell/schedules" });
  const schedules = useInfiniteQuery({
    queryKey: ["schedules"],
    queryFn: ({ pageParam }) =>
      client.schedules.list({ limit: PAGE, ...(pageParam === "" ? {} : { cursor: pageParam }) }),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
  });
  const again = (): void => void schedules.refetch();
  useFresh(again, { records: ["schedule"], paceMs: 300 });
  const all = schedules.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section className="runners-page">
      <div className="page-head">
        <h1>Schedules</h1>
        <span className="spring" />
        <NewSchedule />
      </div>
      {schedules.isPending && <div className="panel-wait">Loading the schedules…</div>}
      {schedules.isError && (
        <FailureNotice title="The schedules could not be listed" error={schedules.error} onRetry={again} />
      )}
      {schedules.isSuccess && all.length === 0 && (
        <Notice title="No schedule yet" icon={<CalendarClock size={34} />}>
          <p>
            A schedule submits the same task again and again, at times of its own. After a stop it knows what
            was missed.
          </p>
          <NewSchedule />
        </Notice>
      )}
      {all.length > 0 && (
        <ul className="records" aria-label="Schedules">
          {all.map((schedule) => (
            <ScheduleLine
              key={schedule.id}
              schedule={schedule}
              open={schedule.id === open}
              onChanged={again}
            />
          ))}
        </ul>
      )}
      {schedules.hasNextPage && (
        <button type="button" className="link-button" onClick={() => void schedules.fetchNextPage()}>
          Show more
        </button>
      )}
    </section>
  );
};
