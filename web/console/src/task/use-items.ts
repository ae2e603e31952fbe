import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Client } from "#client/http.ts";
import type { ItemRow } from "#schema/api.ts";
import type { PlanHead } from "#schema/items.ts";
import { useLive } from "../live/live-context.tsx";
import { rowsAfter } from "./item-rows.ts";

const PAGE = 1_000;

interface ItemAnswer {
  readonly rows: readonly ItemRow[];
  readonly asOf: number;
}

const allItems = async (client: Client, id: string): Promise<ItemAnswer> => {
  const rows: ItemRow[] = [];
  let asOf = Number.POSITIVE_INFINITY;
  for (;;) {
    const last = rows.at(-1)?.index;
    const page = await client.items(id, { limit: PAGE, ...(last === undefined ? {} : { after: last }) });
    rows.push(...page.items);
    asOf = Math.min(asOf, page.asOf);
    if (page.next === undefined || page.items.length === 0) return { rows, asOf };
  }
};

/** The read model is a moment behind the stream when a plan is new. */
class NotThereYet extends Error {
  override readonly name = "NotThereYet";
}

/** A task's planned items with what became of them, kept live by its facts. `plan` is its latest plan. */
export const useItems = (id: string, head: PlanHead | null) => {
  const plan = head?.number ?? null;
  const count = head?.count ?? 0;
  const { client, store } = useLive();
  const answers = useQueryClient();
  const query = useQuery({
    queryKey: ["items", id, plan],
    enabled: plan !== null,
    queryFn: async (): Promise<readonly ItemRow[]> => {
      const { rows, asOf } = await allItems(client, id);
      const now = store.factsSince(id, asOf).reduce(rowsAfter, rows);
      if (now.length < count) throw new NotThereYet("The items of the plan are not stored yet.");
      return now;
    },
    retry: (times, error) => error instanceof NotThereYet && times < 10,
    retryDelay: 500,
  });
  useEffect(() => {
    const stops = [
      store.onFact(id, (entry) =>
        answers.setQueryData<readonly ItemRow[]>(
          ["items", id, plan],
          (rows) => rows && rowsAfter(rows, entry),
        ),
      ),
      store.onReset(() => void answers.invalidateQueries({ queryKey: ["items", id] })),
    ];
    // What happened while nobody listened is not in the kept answer.
    void answers.invalidateQueries({ queryKey: ["items", id, plan] });
    return () => stops.forEach((stop) => stop());
  }, [store, answers, id, plan]);
  return query;
};
