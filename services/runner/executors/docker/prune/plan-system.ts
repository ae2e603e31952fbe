import type { ItemKind } from "#schema/items.ts";
import type { SystemPrune } from "./payload.ts";
import { planCache } from "./plan-cache.ts";
import { planContainers } from "./plan-containers.ts";
import { planImages } from "./plan-images.ts";
import { planNetworks } from "./plan-networks.ts";
import { planVolumes } from "./plan-volumes.ts";
import { type Rules, rulesOf } from "./rules.ts";
import type { Survey } from "./seen.ts";
import { usersAmong } from "./users.ts";
import type { Judged } from "./verdict.ts";

/** Room for the generations of images between two stages. */
const STAGE = 1_000;

const PARTS = ["containers", "networks", "images", "buildCache", "volumes"] as const;
type Part = (typeof PARTS)[number];

const KIND_OF: Record<Part, ItemKind> = {
  containers: "container",
  networks: "network",
  images: "image",
  buildCache: "build-cache",
  volumes: "volume",
};

const isOn = (payload: SystemPrune, part: Part): boolean =>
  part === "volumes"
    ? payload.volumes !== undefined && payload.volumes.on !== false
    : payload[part]?.on !== false;

/** The kinds that a run of all is to look at. */
export const kindsOf = (payload: SystemPrune): ReadonlySet<ItemKind> =>
  new Set(PARTS.filter((part) => isOn(payload, part)).map((part) => KIND_OF[part]));

/** One plan of several stages: what only containers use that go first counts as unused. */
export const planSystem = (survey: Survey, payload: SystemPrune): readonly Judged[] => {
  const rules = rulesOf(payload);
  const rulesFor = (part: Part): Rules => ({ ...rules, only: payload[part]?.only ?? rules.only });
  const containers = isOn(payload, "containers")
    ? planContainers(survey, rulesFor("containers"), payload.containers ?? {})
    : [];
  const going = containers.filter(({ verdict }) => verdict.does === "act").map(({ thing }) => thing.id);
  const users = usersAmong(survey.containers, new Set(going));
  const planned: Record<Part, () => readonly Judged[]> = {
    containers: () => containers,
    networks: () => planNetworks(survey, rulesFor("networks"), { wanted: payload.networks ?? {}, users }),
    images: () => planImages(survey, rulesFor("images"), { wanted: payload.images ?? {}, users }),
    buildCache: () => planCache(survey, rulesFor("buildCache"), payload.buildCache ?? {}),
    volumes: () => planVolumes(survey, rulesFor("volumes"), { wanted: payload.volumes ?? {}, users }),
  };
  return PARTS.flatMap((part, place) =>
    isOn(payload, part)
      ? planned[part]().map(({ thing, verdict }) => ({
          verdict,
          thing: { ...thing, stage: place * STAGE + (thing.stage ?? 0) },
        }))
      : [],
  );
};
