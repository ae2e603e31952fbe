import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#infra/log.ts";
import { type ContainerSweep, startContainerSweep } from "../run/sweep.ts";
import { engineAt } from "./engine-of.ts";
import type { HostSite } from "./host-site.ts";

/** How long the end of an attempt waits for hosts that may be away, and on which it most likely was not. */
const PATIENCE_MS = 5_000;

/** Looks after the containers of this runner's tasks on every host. Only its own, the first, is waited for at the start. */
export const sweepHosts = async (
  sites: readonly HostSite[],
  mark: string,
  log: Log,
): Promise<ContainerSweep> => {
  const [own, ...others] = sites.map((site) => startContainerSweep(engineAt(site), mark, log));
  const onAll = async (work: (sweep: ContainerSweep) => Promise<void>): Promise<void> => {
    const elsewhere = Promise.all(others.map(async (sweep) => work(await sweep)));
    await Promise.all([own?.then(work), Promise.race([elsewhere, sleep(PATIENCE_MS)])]);
  };
  await own;
  return {
    endOf: (attempt) => onAll((sweep) => sweep.endOf(attempt)),
    hold: () => onAll((sweep) => sweep.hold()),
    goOn: () => onAll((sweep) => sweep.goOn()),
    stop: () => {
      for (const sweep of [own, ...others]) void sweep?.then((opened) => opened.stop());
    },
  };
};
