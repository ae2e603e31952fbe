import { ContainersPrune } from "./payload.ts";
import { planContainers } from "./plan-containers.ts";
import { definePrune } from "./prune.ts";
import { rulesOf } from "./rules.ts";

export const executor = definePrune({
  type: "docker.containers.prune",
  title: "Prune containers",
  description: "Removes containers that ended, by rules; never a running one.",
  naming: "Prune containers[ on {host}]",
  payload: ContainersPrune,
  example: { olderThan: { stopped: "7d" } },
  kind: "container",
  things: "containers",
  kinds: () => new Set(["container"]),
  judge: (survey, payload) => planContainers(survey, rulesOf(payload), payload),
  withVolumes: ({ withVolumes }) => withVolumes === true,
});
