import type { ContainerRow } from "#schema/api.ts";
import type { Engine, Listed } from "../engine/engine.ts";
import { inLanes } from "../bulk/lanes.ts";
import { COMPOSE_PROJECT, findOwn, protectionOf } from "./protect.ts";

const INSPECTS_AT_ONCE = 8;

export const nameOf = (container: Pick<Listed, "Id" | "Names">): string =>
  (container.Names?.[0] ?? container.Id.slice(0, 12)).replace(/^\//, "");

/** Which containers the engine deletes by itself when they stop; a listing does not say, and it never changes. */
const createAutoRemoval = (
  engine: Engine,
): ((ids: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, boolean>>) => {
  let known = new Map<string, boolean>();
  return async (ids, signal) => {
    known = new Map(ids.flatMap((id) => (known.has(id) ? [[id, known.get(id) === true] as const] : [])));
    const unknown = ids.filter((id) => !known.has(id));
    await inLanes(
      INSPECTS_AT_ONCE,
      () => unknown.shift(),
      async (id) => {
        const inspected = await engine.inspect(id, signal);
        if (inspected) known.set(id, inspected.HostConfig.AutoRemove === true);
      },
    );
    return known;
  };
};

/** The engine's containers as the console lists them. */
export const createInventory = (engine: Engine): { list(signal: AbortSignal): Promise<ContainerRow[]> } => {
  const autoRemoval = createAutoRemoval(engine);
  return {
    list: async (signal) => {
      const listed = await engine.list(signal);
      const removes = await autoRemoval(
        listed.map(({ Id }) => Id),
        signal,
      );
      const own = findOwn(listed);
      return listed.map((container) => {
        const labels = container.Labels ?? {};
        const project = labels[COMPOSE_PROJECT];
        return {
          id: container.Id,
          name: nameOf(container),
          image: container.Image,
          imageId: container.ImageID,
          state: container.State,
          status: container.Status,
          createdAt: new Date(container.Created * 1_000).toISOString(),
          labels,
          ...(project === undefined ? {} : { composeProject: project }),
          autoRemove: removes.get(container.Id) === true,
          protected: protectionOf(container.Id, labels, own),
        };
      });
    },
  };
};
