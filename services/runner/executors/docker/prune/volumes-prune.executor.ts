import { VolumesPrune } from "./payload.ts";
import { planVolumes } from "./plan-volumes.ts";
import { definePrune } from "./prune.ts";
import { rulesOf } from "./rules.ts";
import { usersAmong } from "./users.ts";

export const executor = definePrune({
  type: "docker.volumes.prune",
  title: "Prune volumes",
  description:
    "Removes anonymous volumes that nothing uses; those with a name only after a yes that names each.",
  naming: "Prune [{which} ]volumes[ on {host}]",
  payload: VolumesPrune,
  example: { which: "anonymous", olderThan: { created: "7d" } },
  kind: "volume",
  things: "volumes",
  kinds: () => new Set(["volume"]),
  judge: (survey, payload) =>
    planVolumes(survey, rulesOf(payload), { wanted: payload, users: usersAmong(survey.containers) }),
});
