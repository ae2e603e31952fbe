/** An engine's things as planners see them, made by hand; ages in hours before a fixed now. */
import type { Listed } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import type { CacheRecord } from "../../../../../../services/runner/executors/docker/engine/listings.ts";
import { rulesOf, type Rules } from "../../../../../../services/runner/executors/docker/prune/rules.ts";
import type {
  SeenContainer,
  SeenImage,
  SeenNetwork,
  SeenVolume,
  Survey,
} from "../../../../../../services/runner/executors/docker/prune/seen.ts";
import type { Judged } from "../../../../../../services/runner/executors/docker/prune/verdict.ts";

const HOUR = 3_600_000;
export const NOW = Date.parse("2026-11-20T12:00:00Z");
export const hoursAgo = (hours: number): number => NOW - hours * HOUR;

export const idOf = (name: string): string => Buffer.from(name).toString("hex").padEnd(64, "0").slice(0, 64);
export const imageId = (name: string): string => `sha256:${idOf(name)}`;

interface Uses {
  readonly image?: string;
  readonly volumes?: readonly string[];
  /** Names of networks; one that was never started has them without ids. */
  readonly networks?: readonly string[];
}

export const container = (
  name: string,
  { image = "base", volumes = [], networks = [], ...facts }: Partial<SeenContainer> & Uses = {},
): SeenContainer => {
  const state = facts.state ?? "exited";
  const listed = {
    Id: idOf(name),
    Names: [`/${name}`],
    ImageID: imageId(image),
    Mounts: volumes.map((volume) => ({ Type: "volume", Name: volume })),
    NetworkSettings: {
      Networks: Object.fromEntries(
        networks.map((network) => [network, { NetworkID: state === "created" ? "" : idOf(network) }]),
      ),
    },
  } as unknown as Listed;
  return {
    id: idOf(name),
    name,
    state,
    labels: {},
    createdAt: hoursAgo(1_000),
    endedAt: state === "exited" ? hoursAgo(900) : null,
    bytes: 10,
    anonymousVolumes: 0,
    listed,
    looks: "looks",
    ...facts,
  };
};

export const image = (name: string, facts: Partial<SeenImage> = {}): SeenImage => ({
  id: imageId(name),
  parent: "",
  tags: [],
  digests: [],
  labels: {},
  layers: [`layer of ${name}`],
  createdAt: hoursAgo(1_000),
  arrivedAt: null,
  size: 100,
  bytes: 100,
  looks: "looks",
  ...facts,
});

export const volume = (name: string, facts: Partial<SeenVolume> = {}): SeenVolume => ({
  name,
  driver: "local",
  hasOptions: false,
  labels: {},
  anonymous: false,
  createdAt: hoursAgo(1_000),
  bytes: 1_000,
  users: 0,
  looks: "looks",
  ...facts,
});

export const network = (name: string, facts: Partial<SeenNetwork> = {}): SeenNetwork => ({
  id: idOf(name),
  name,
  driver: "bridge",
  scope: "local",
  ingress: false,
  configOnly: false,
  labels: {},
  createdAt: hoursAgo(1_000),
  looks: "looks",
  ...facts,
});

export const cacheRecord = (id: string, facts: Partial<CacheRecord> = {}): CacheRecord => ({
  ID: id,
  Type: "regular",
  Description: id,
  InUse: false,
  Shared: false,
  Size: 50,
  CreatedAt: new Date(hoursAgo(1_000)).toISOString(),
  LastUsedAt: new Date(hoursAgo(900)).toISOString(),
  UsageCount: 1,
  ...facts,
});

export const survey = (facts: Partial<Survey> = {}): Survey => ({
  now: NOW,
  own: { ids: new Set(), project: undefined },
  uses: { observedSince: null, gaps: [], images: new Map(), volumes: new Map() },
  containers: [],
  images: [],
  layersBytes: 0,
  volumes: [],
  volumeUsesUntold: false,
  networks: [],
  cache: [],
  ...facts,
});

export const rules = (changes: Parameters<typeof rulesOf>[0] = {}): Rules => rulesOf(changes);

/** Names of what is acted on, in order. */
export const going = (judged: readonly Judged[]): string[] =>
  judged.filter(({ verdict }) => verdict.does === "act").map(({ thing }) => thing.name);

/** The rule by which each thing is left alone or acted on, by name. */
export const rulesBy = (judged: readonly Judged[]): Record<string, string> =>
  Object.fromEntries(
    judged.map(({ thing, verdict }) => [
      thing.name,
      verdict.does === "act" ? `act:${verdict.rule}` : verdict.rule,
    ]),
  );
