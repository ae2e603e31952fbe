import { useQuery } from "@tanstack/react-query";
import { Layers } from "lucide-react";
import { useLive, useTitle } from "../live/live-context.tsx";
import { useFresh } from "../live/use-fresh.ts";
import { FailureNotice, Notice } from "../show/notice.tsx";
import { QueueCard } from "./queue-card.tsx";

/** Limits of the whole installation, of types, keys and hosts that are reached now; those of queues stand with their queue. */
const OtherLimits = () => {
  const { client } = useLive();
  const limits = useQuery({ queryKey: ["limits"], queryFn: () => client.queues.limits(), staleTime: 0 });
  useFresh(limits.refetch, { records: ["limit"] });
  const others = limits.data?.items.filter(({ id }) => !/^(rate:)?queue:/.test(id)) ?? [];
  if (others.length === 0) return null;
  return (
    <ul className="reached-list" aria-label="Limits that are reached now">
      {others.map(({ id, reason }) => (
        <li key={id} className="reached">
          {reason}
        </li>
      ))}
    </ul>
  );
};

/** Every queue, live. */
export const QueuesPage = () => {
  useTitle("Queues");
  const { client } = useLive();
  const queues = useQuery({ queryKey: ["queues"], queryFn: () => client.queues.list(), staleTime: 0 });
  const again = (): void => void queues.refetch();
  useFresh(again, { records: ["queue", "limit"], tasks: true });
  const all = queues.data?.items ?? [];
  return (
    <section className="runners-page">
      <div className="page-head">
        <h1>Queues</h1>
      </div>
      {queues.isPending && <div className="panel-wait">Loading the queues…</div>}
      {queues.isError && (
        <FailureNotice title="The queues could not be listed" error={queues.error} onRetry={again} />
      )}
      <OtherLimits />
      {queues.isSuccess && all.length === 0 && (
        <Notice title="No queue yet" icon={<Layers size={34} />}>
          <p>A queue exists as soon as a task is sent to it.</p>
        </Notice>
      )}
      <div className="runner-cards">
        {all.map((queue) => (
          <QueueCard key={queue.id} queue={queue} onChanged={again} />
        ))}
      </div>
    </section>
  );
};
