import { SystemPrune } from "./payload.ts";
import { kindsOf, planSystem } from "./plan-system.ts";
import { definePrune } from "./prune.ts";

export const executor = definePrune({
  type: "docker.system.prune",
  title: "Clean up a host",
  description:
    "Containers, networks, images, build cache and volumes in this order as one run, each by its own rules.",
  naming: "Clean up[ {host}]",
  payload: SystemPrune,
  example: { containers: { olderThan: { stopped: "7d" } }, images: { which: "unused", keepLast: 2 } },
  kind: "container",
  things: "things",
  kinds: kindsOf,
  judge: planSystem,
  withVolumes: ({ containers }) => containers?.withVolumes === true,
});
