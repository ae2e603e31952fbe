import type { ItemCounts } from "#schema/items.ts";
import type { PeerTask } from "../../../peer-tasks.ts";
import type { Peer } from "../../../peer.ts";

const SETTLED = ["completed", "failed", "cancelled", "paused", "retrying"];

/** Runs of a type that plans, `docker.containers` if none is named, on the runner at the other end of a peer's wire. */
export const bulkRuns = (peer: Peer, type = "docker.containers") => {
  const settled = (id: string, ms = 60_000): Promise<PeerTask> =>
    peer.until(
      `${id} to settle`,
      () => (SETTLED.includes(peer.task(id).state) ? peer.task(id) : undefined),
      ms,
    );
  /** Submits and plans; the plan is ready, or the task has failed. */
  const plan = async (payload: unknown): Promise<string> => {
    const id = await peer.submit(type, payload, { pause: "checkpoint", repeatable: true });
    await peer.assign(id);
    await peer.until(
      "a plan",
      () => peer.task(id).context.plan !== null || peer.task(id).state === "failed",
      60_000,
    );
    return id;
  };
  return {
    settled,
    plan,
    run: async (payload: unknown): Promise<PeerTask> => {
      const id = await plan(payload);
      if (peer.task(id).state === "failed") return peer.task(id);
      await peer.assign(id);
      return settled(id);
    },
    doneAtLeast: (id: string, count: number): Promise<boolean> =>
      peer.until(`${count} items`, () => settledItems(peer.task(id).context.counts) >= count, 60_000),
  };
};

export const settledItems = ({ done, unchanged, skipped, failed }: ItemCounts): number =>
  done + unchanged + skipped + failed;
