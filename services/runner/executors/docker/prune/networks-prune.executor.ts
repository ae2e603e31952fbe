import { NetworksPrune } from "./payload.ts";
import { planNetworks } from "./plan-networks.ts";
import { definePrune } from "./prune.ts";
import { rulesOf } from "./rules.ts";
import { usersAmong } from "./users.ts";

export const executor = definePrune({
  type: "docker.networks.prune",
  title: "Prune networks",
  description: "Removes networks that no container has, not even a stopped one.",
  naming: "Prune networks[ on {host}]",
  payload: NetworksPrune,
  example: { olderThan: { created: "7d" } },
  kind: "network",
  things: "networks",
  kinds: () => new Set(["network"]),
  judge: (survey, payload) =>
    planNetworks(survey, rulesOf(payload), { wanted: payload, users: usersAmong(survey.containers) }),
});
