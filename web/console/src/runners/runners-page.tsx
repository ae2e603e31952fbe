import { useQuery } from "@tanstack/react-query";
import { Server } from "lucide-react";
import { useLive, useTitle } from "../live/live-context.tsx";
import { useFresh } from "../live/use-fresh.ts";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { closedBy } from "./pool-words.ts";
import { RunnerCard } from "./runner-card.tsx";

/** The runners that execute tasks, and their hosts. */
export const RunnersPage = () => {
  useTitle("Runners");
  const { client } = useLive();
  const runners = useQuery({ queryKey: ["runners"], queryFn: () => client.runners(), staleTime: 0 });
  const limits = useQuery({
    queryKey: ["limits"],
    queryFn: () => client.queues.limits(),
    staleTime: 0,
  });
  const { refetch } = runners;
  useFresh(refetch, { tasks: true, runners: true });
  useFresh(limits.refetch, { records: ["limit"] });
  return (
    <section className="runners-page">
      <div className="page-head">
        <h1>Runners</h1>
      </div>
      {runners.isPending && <div className="panel-wait">Loading the runners…</div>}
      {runners.isError && (
        <FailureNotice
          title="The runners could not be listed"
          error={runners.error}
          onRetry={() => void refetch()}
        />
      )}
      {runners.isSuccess && runners.data.items.length === 0 && (
        <Notice title="No runner has ever joined" icon={<Server size={34} />}>
          <p>
            Runners execute the tasks. One is started together with Longshore and shows up here by itself.
          </p>
        </Notice>
      )}
      <div className="runner-cards">
        {runners.data?.items.map((runner) => (
          <RunnerCard key={runner.id} runner={runner} closed={closedBy(runner.id, limits.data?.items)} />
        ))}
      </div>
    </section>
  );
};
