import type { PlanItem } from "#schema/items.ts";
import type { JobContext } from "../../../executor.ts";
import { type LastUses, readLastUses } from "../hosts/last-use.ts";
import { timeOfLooks } from "./looks.ts";

/** What was taken into use and let go again between plan and act looks as it did: only its last use tells. */
export interface UsedSince {
  /** Reads the last uses anew; before the first item, so that what this run does itself does not count. */
  begin(): Promise<void>;
  /** When it was used after the plan was made; undefined when nobody saw that. */
  when(item: PlanItem): string | undefined;
}

export const createUsedSince = ({ engine, settings }: Pick<JobContext, "engine" | "settings">): UsedSince => {
  let uses: LastUses | undefined;
  const last = ({ kind, id }: PlanItem): string | undefined => {
    if (kind === "image") return uses?.images.get(id);
    return kind === "volume" ? uses?.volumes.get(id) : undefined;
  };
  return {
    begin: async () => {
      uses = engine === null ? undefined : await readLastUses(settings.data, engine.id);
    },
    when: (item) => {
      const used = last(item);
      const planned = timeOfLooks(item.looks ?? "");
      if (used === undefined || planned === undefined) return undefined;
      return Date.parse(used) > planned ? used : undefined;
    },
  };
};
