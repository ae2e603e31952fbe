import { useQuery } from "@tanstack/react-query";
import type { Client } from "#client/http.ts";
import type { ScheduleRow } from "#schema/record-api.ts";
import { useLive } from "../live/live-context.tsx";
import { useFresh } from "../live/use-fresh.ts";
import { isMaintenance } from "./policy-draft.ts";

const PAGE = 500;

const allSchedules = async (client: Client): Promise<readonly ScheduleRow[]> => {
  const rows: ScheduleRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.schedules.list({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return rows;
};

/** The schedules that maintain container hosts. */
export const usePolicies = () => {
  const { client } = useLive();
  const policies = useQuery({
    queryKey: ["policies"],
    queryFn: async () => (await allSchedules(client)).filter(({ task }) => isMaintenance(task.type)),
    staleTime: 0,
  });
  useFresh(policies.refetch, { records: ["schedule"], paceMs: 300 });
  return policies;
};
