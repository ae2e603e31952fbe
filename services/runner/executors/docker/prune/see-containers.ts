import { nameOf } from "../containers/inventory.ts";
import type { Engine, Listed } from "../engine/engine.ts";
import type { DiskUse } from "../engine/listings.ts";
import { eachOf } from "./each-of.ts";
import { isAnonymous, type SeenContainer, timeOf } from "./seen.ts";
import { containerLooks } from "./sightings.ts";

/** Sizes are found by walking what each container has written. */
const SIZES_MS = 600_000;

const ENDED: ReadonlySet<string> = new Set(["created", "exited", "dead"]);

/** What each container has written, in bytes: the engine leaves out those that wrote nothing. */
export const writtenBytes = async (
  engine: Engine,
  measured: DiskUse | null,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> => {
  const listed =
    measured?.containers ??
    (await engine.request<Listed[] | null>(
      { method: "GET", path: "/containers/json", query: { all: true, size: true } },
      { limitMs: SIZES_MS, signal },
    )) ??
    [];
  return new Map(listed.map((one) => [one.Id, (one as { SizeRw?: number }).SizeRw ?? 0]));
};

/** `sizes`: null where nobody is to be removed, so that a closer look at them is not needed either. */
export const seeContainers = (
  engine: Engine,
  { listed, sizes }: { listed: readonly Listed[]; sizes: ReadonlyMap<string, number> | null },
  signal: AbortSignal,
): Promise<SeenContainer[]> =>
  eachOf(listed, async (container) => {
    const { Id: id, State: state, Labels, Mounts, Created } = container;
    const isEnded = sizes !== null && ENDED.has(state);
    const inspected = isEnded ? await engine.inspect(id, signal) : null;
    // It went away between the list and the look.
    if (isEnded && inspected === null) return null;
    return {
      id,
      name: nameOf(container),
      state: inspected?.State.Status ?? state,
      labels: Labels ?? {},
      createdAt: Created * 1_000,
      endedAt: timeOf(inspected?.State.FinishedAt),
      bytes: sizes?.get(id) ?? null,
      anonymousVolumes: ((Mounts as typeof Mounts | null) ?? []).filter(
        ({ Type, Name }) => Type === "volume" && isAnonymous(Name ?? "", {}),
      ).length,
      listed: container,
      looks: inspected === null ? "" : containerLooks(inspected),
    };
  });
