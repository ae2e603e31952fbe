/** What the prune tasks are asked to do; forms are drawn from these schemas. */
import Type, { type Static, type TProperties } from "typebox";
import { PayloadHost } from "../hosts/payload-host.ts";
import { DURATION } from "./duration.ts";

const strict = { additionalProperties: false } as const;

const duration = (title: string, description?: string) =>
  Type.Optional(
    Type.String({ title, pattern: DURATION, ...(description === undefined ? {} : { description }) }),
  );
const words = (title: string, description: string, maxItems = 100) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 300 }), {
      title,
      description,
      maxItems,
      uniqueItems: true,
    }),
  );

const LABELS = "key or key=value; one that matches is enough.";

const Only = Type.Optional(
  Type.Object(
    {
      labels: words("Labels", LABELS),
      ids: words("Ids", "Full ids; the names of volumes.", 10_000),
    },
    {
      ...strict,
      title: "Only these",
      description: "Everything else is not even looked at.",
      minProperties: 1,
    },
  ),
);

const common = {
  host: PayloadHost,
  dryRun: Type.Optional(
    Type.Boolean({
      title: "Only report",
      description: "Makes the plan and removes nothing.",
      default: false,
    }),
  ),
  protect: Type.Optional(
    Type.Object(
      {
        labels: words("Labels", LABELS),
        names: words("Names", "Patterns with * and ?; images by repository, tag or both."),
      },
      { ...strict, title: "Never these" },
    ),
  ),
  grace: duration(
    "Grace",
    "What was made, ended or used so recently stays, for example 90s, 12h, 30d; 1h if left out.",
  ),
  only: Only,
};

const keepUnder = Type.Optional(
  Type.Integer({
    title: "Keep up to (bytes)",
    description: "Removes what was used longest ago, and only until no more than this is left.",
    minimum: 0,
  }),
);

const older = <P extends TProperties>(conditions: P) =>
  Type.Optional(
    Type.Object(conditions, { ...strict, title: "Older than", description: "All that are given must hold." }),
  );
const created = duration("Since it was made");
const lastUsed = duration(
  "Since its last use",
  "As far as it was observed: what was not observed counts as used.",
);

const containerRules = {
  olderThan: older({ created, stopped: duration("Since it ended") }),
  neverStarted: Type.Optional(
    Type.Boolean({
      title: "Also those never started",
      description: "Compose makes some beforehand.",
      default: false,
    }),
  ),
  withVolumes: Type.Optional(Type.Boolean({ title: "With their anonymous volumes", default: false })),
  keepUnder,
};
const imageRules = {
  which: Type.Optional(
    Type.Enum(["dangling", "unused"], {
      title: "Which",
      description: "dangling: without a tag. unused: whatever no container uses.",
      default: "dangling",
    }),
  ),
  olderThan: older({ created, lastUsed }),
  keepLast: Type.Optional(
    Type.Integer({ title: "Keep the newest of each repository", minimum: 0, maximum: 1_000 }),
  ),
  keep: words(
    "Keep these tags",
    "Patterns with * and ?, for the tag, the repository or both: stable-*, team/web:*.",
  ),
  keepUnder,
};
const volumeRules = {
  which: Type.Optional(
    Type.Enum(["anonymous", "all"], {
      title: "Which",
      description: "all: also volumes with a name, each only after a yes that names it.",
      default: "anonymous",
    }),
  ),
  names: words("Named volumes to remove", "By their exact names: no further yes is asked for.", 1_000),
  olderThan: older({ created, lastUsed }),
  keepUnder,
};
const networkRules = { olderThan: older({ created }) };
const cacheRules = { olderThan: older({ created, lastUsed }), keepUnder };

const payload = <P extends TProperties>(rules: P) => Type.Object({ ...common, ...rules }, strict);

const part = <P extends TProperties>(title: string, rules: P) =>
  Type.Optional(
    Type.Object(
      { on: Type.Optional(Type.Boolean({ title: "On", default: true })), only: Only, ...rules },
      { ...strict, title },
    ),
  );

export const ContainersPrune = payload(containerRules);
export const ImagesPrune = payload(imageRules);
export const VolumesPrune = payload(volumeRules);
export const NetworksPrune = payload(networkRules);
export const BuildCachePrune = payload(cacheRules);

/** Parts that are left out go by their defaults, but volumes: those are left alone unless they are asked for. */
export const SystemPrune = payload({
  containers: part("Containers", containerRules),
  networks: part("Networks", networkRules),
  images: part("Images", imageRules),
  buildCache: part("Build cache", cacheRules),
  volumes: part("Volumes", volumeRules),
});

export type ContainersPrune = Static<typeof ContainersPrune>;
export type ImagesPrune = Static<typeof ImagesPrune>;
export type VolumesPrune = Static<typeof VolumesPrune>;
export type NetworksPrune = Static<typeof NetworksPrune>;
export type BuildCachePrune = Static<typeof BuildCachePrune>;
export type SystemPrune = Static<typeof SystemPrune>;
/** What all of them have in common. */
export type CommonPrune = Pick<ContainersPrune, keyof typeof common>;
