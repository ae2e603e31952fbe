import type { NetworkInspectInfo } from "dockerode";
import { statusOf } from "../engine/classify.ts";
import type { Engine } from "../engine/engine.ts";
import { FULL_ID, safe } from "../engine/names.ts";
import { usedBy, usersOfNetwork } from "../engine/used-by.ts";
import type { Way } from "./removal.ts";
import { networkLooks } from "./sightings.ts";
import { containersWith, inUseBy } from "./users-now.ts";

const LOOK_MS = 30_000;
const REMOVE_MS = 60_000;

/** Removes networks that no container has, stopped ones too: of those the engine itself would not ask. */
export const networkWay = (engine: Engine): Way => ({
  look: async ({ id, name }, signal) => {
    try {
      const path = `/networks/${safe(FULL_ID, id)}`;
      const network = await engine.request<NetworkInspectInfo>(
        { method: "GET", path },
        { limitMs: LOOK_MS, signal },
      );
      // What was never started has the network by its name only.
      const found = await containersWith(engine, { network: [id, name] }, signal);
      const users = found.filter((container) => usersOfNetwork(usedBy([container]), { id, name }).length > 0);
      return { looks: networkLooks(network), inUse: inUseBy(users) };
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  },
  remove: async ({ id }, signal) => {
    await engine.request(
      { method: "DELETE", path: `/networks/${safe(FULL_ID, id)}` },
      { limitMs: REMOVE_MS, signal },
    );
    return { outcome: "done", answer: "204" };
  },
});
