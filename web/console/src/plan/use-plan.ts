import { useQuery } from "@tanstack/react-query";
import type { PlanHead, PlanItem } from "#schema/items.ts";
import { isReference } from "#schema/stored.ts";
import { useLive } from "../live/live-context.tsx";

/** All items of a task's plan. A plan never changes: another one has another number or hash. */
export const usePlan = (id: string, { number, hash, plan }: PlanHead) => {
  const { client } = useLive();
  return useQuery({
    queryKey: ["plan", id, number, hash],
    queryFn: async (): Promise<readonly PlanItem[]> =>
      isReference(plan) ? (await client.plan(id)).items : plan.value.items,
  });
};
