import { ImagesPrune } from "./payload.ts";
import { planImages } from "./plan-images.ts";
import { definePrune } from "./prune.ts";
import { rulesOf } from "./rules.ts";
import { usersAmong } from "./users.ts";

export const executor = definePrune({
  type: "docker.images.prune",
  title: "Prune images",
  description:
    "Removes images that no container uses, by rules: without a tag, by age, all but the newest, down to a size.",
  naming: "Prune [{which} ]images[ on {host}]",
  payload: ImagesPrune,
  example: { which: "unused", keepLast: 2, olderThan: { lastUsed: "30d" } },
  kind: "image",
  things: "images",
  kinds: () => new Set(["image"]),
  judge: (survey, payload) =>
    planImages(survey, rulesOf(payload), { wanted: payload, users: usersAmong(survey.containers) }),
});
