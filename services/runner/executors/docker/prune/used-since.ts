import type { PlanItem } from "#schema/items.ts";
import type { JobContext } from "../../../executor.ts";
import { type Settled, skippedFor } from "../bulk/settled.ts";
import { type LastUses, readLastUses } from "../hosts/last-use.ts";

/** What was taken into use and let go again between plan and act looks as it did: only its last use tells. */
export interface UsedSince {
  /** Reads the last uses anew; before the first item, so that what this run does itself does not count. */
  begin(): Promise<void>;
  /** Undefined when it was not seen in use since the plan; `hasBegun`: its removal has. */
  changed(item: PlanItem, hasBegun: boolean): Settled | undefined;
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
    changed: (item, hasBegun) => {
      const now = last(item);
      if (hasBegun || now === undefined) return undefined;
      if (item.lastUsedAt !== undefined && Date.parse(now) <= Date.parse(item.lastUsedAt)) return undefined;
      return skippedFor("changed-since-plan", `It was used at ${now}, after the plan was made.`);
    },
  };
};
