import { FULL_ID, NAME, safe } from "../engine/names.ts";
import type { Engine, Inspected } from "../engine/engine.ts";
import { statusOf } from "../engine/classify.ts";
import type { Way } from "./removal.ts";
import type { Rules } from "./rules.ts";
import { isAnonymous, type Labels } from "./seen.ts";
import { containerLooks } from "./sightings.ts";
import { guarded } from "./verdict.ts";

const REMOVE_MS = 300_000;
const LOOK_MS = 30_000;

const NOBODY = { ids: new Set<string>(), project: undefined };

/** The engine takes a container's anonymous volumes all or not at all: a single one that is guarded keeps them all. */
const mayTakeVolumes = async (
  engine: Engine,
  { Mounts }: Inspected,
  { rules, signal }: { rules: Rules; signal: AbortSignal },
): Promise<boolean> => {
  for (const { Type, Name = "" } of Mounts as readonly { Type?: string; Name?: string }[]) {
    if (Type !== "volume") continue;
    try {
      const path = `/volumes/${safe(NAME, Name)}`;
      const { Labels } = await engine.request<{ Labels: Labels | null }>(
        { method: "GET", path },
        { limitMs: LOOK_MS, signal },
      );
      const labels = Labels ?? {};
      if (isAnonymous(Name, labels) && guarded({ id: Name, labels, names: [Name] }, rules, NOBODY))
        return false;
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  }
  return true;
};

/** Removes containers that ended, by full id and never by force. */
export const containerWay = (engine: Engine, rules: Rules, withVolumes: boolean): Way => ({
  look: async ({ id }, signal) => {
    const inspected = await engine.inspect(id, signal);
    return inspected && { looks: containerLooks(inspected), inUse: null };
  },
  remove: async ({ id, bytes }, signal) => {
    const inspected = withVolumes ? await engine.inspect(id, signal) : null;
    const v = inspected !== null && (await mayTakeVolumes(engine, inspected, { rules, signal }));
    await engine.request(
      { method: "DELETE", path: `/containers/${safe(FULL_ID, id)}`, query: { v } },
      { limitMs: REMOVE_MS, signal },
    );
    return {
      outcome: "done",
      answer: v ? "204 with volumes" : "204",
      ...(bytes === undefined ? {} : { freed: bytes }),
      ...(withVolumes && !v ? { message: "Its anonymous volumes stay: one of them is protected." } : {}),
    };
  },
});
