import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { batchTitle } from "../batches/batch-words.ts";
import { useLive } from "../live/live-context.tsx";

/** The batch behind a step, where it was one. Asked for among the latest batches: a cause may be a wish or a report, too. */
export const CauseLink = ({ cause }: { readonly cause: string }) => {
  const { client } = useLive();
  const batches = useQuery({
    queryKey: ["batches", "latest"],
    queryFn: () => client.batches.list({ limit: 500 }),
    staleTime: 0,
  });
  const batch = batches.data?.items.find(({ id }) => id === cause);
  if (batch === undefined) return null;
  return (
    <p className="event-cause">
      Part of a batch:{" "}
      <Link to="/batches/$id" params={{ id: batch.id }}>
        {batchTitle(batch)}
      </Link>
    </p>
  );
};
