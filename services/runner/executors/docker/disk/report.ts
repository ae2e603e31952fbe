import type { DiskKind, DiskReport, HostList } from "#schema/host-api.ts";
import type { NetworkInspectInfo } from "dockerode";
import type { DiskUse } from "../engine/listings.ts";
import { type UsedBy, usedBy, usersOfNetwork } from "../engine/used-by.ts";

const BIGGEST = 20;

/** One thing on the engine's disk; `bytes` is null where the engine has not measured it. */
interface Thing {
  readonly kind: HostList;
  readonly id: string;
  readonly name: string;
  readonly bytes: number | null;
  /** What removing it gives back for certain; parts it shares with others are not in it. */
  readonly own: number;
  readonly inUse: boolean;
}

const measured = (bytes: number | undefined): number | null =>
  bytes === undefined || bytes < 0 ? null : bytes;

const AT_WORK: ReadonlySet<string> = new Set(["running", "paused", "restarting"]);

const containerThings = ({ containers }: DiskUse): Thing[] =>
  containers.map((container) => {
    const { Id, Names, State, SizeRw } = container as typeof container & { SizeRw?: number };
    const bytes = measured(SizeRw);
    const name = (Names?.[0] ?? Id.slice(0, 12)).replace(/^\//, "");
    return { kind: "containers", id: Id, name, bytes, own: bytes ?? 0, inUse: AT_WORK.has(State) };
  });

const imageThings = ({ images }: DiskUse, users: ReadonlyMap<string, unknown>): Thing[] =>
  images.map(({ Id, RepoTags, Size, SharedSize }) => {
    const shared = measured(SharedSize);
    const name = RepoTags?.find((tag) => !tag.startsWith("<none>")) ?? Id.replace("sha256:", "").slice(0, 12);
    return {
      kind: "images",
      id: Id,
      name,
      bytes: measured(Size),
      // Where the engine does not say what is shared, nothing is certain.
      own: shared === null ? 0 : Math.max(0, Size - shared),
      inUse: users.has(Id),
    };
  });

const volumeThings = ({ volumes }: DiskUse, users: ReadonlyMap<string, unknown>): Thing[] =>
  volumes.map(({ Name, UsageData }) => {
    const bytes = measured(UsageData?.Size);
    return { kind: "volumes", id: Name, name: Name, bytes, own: bytes ?? 0, inUse: users.has(Name) };
  });

const cacheThings = ({ buildCache }: DiskUse): Thing[] =>
  buildCache.map(({ ID, Description, Type, Size, InUse, Shared }) => ({
    kind: "build-cache",
    id: ID,
    name: Description || Type || ID,
    // What is shared is an image's, and counted there.
    bytes: Shared ? 0 : measured(Size),
    own: Shared ? 0 : Math.max(0, Size),
    inUse: InUse,
  }));

const networkThings = (networks: readonly NetworkInspectInfo[], users: UsedBy): Thing[] =>
  networks.map(({ Id, Name }) => ({
    kind: "networks",
    id: Id,
    name: Name,
    bytes: 0,
    own: 0,
    inUse: usersOfNetwork(users, { id: Id, name: Name }).length > 0,
  }));

const sum = (things: readonly Thing[], of: (thing: Thing) => number): number =>
  things.reduce((total, thing) => total + of(thing), 0);

const kindOf = (kind: HostList, things: readonly Thing[], bytes?: number): DiskKind => {
  const free = things.filter(({ inUse }) => !inUse);
  return {
    kind,
    count: things.length,
    inUse: things.length - free.length,
    bytes: bytes ?? sum(things, (thing) => thing.bytes ?? 0),
    reclaimable: sum(free, ({ own }) => own),
  };
};

interface Looked {
  readonly host: string;
  /** The engine's id. */
  readonly engine: string;
  readonly at: string;
  readonly use: DiskUse;
  readonly networks: readonly NetworkInspectInfo[];
}

/** What is on an engine's disk, by kind. Uses are reckoned from the containers, for the engine's own counts are missing or -1 on many versions. */
export const diskReport = ({ host, engine, at, use, networks }: Looked): DiskReport => {
  const users = usedBy(use.containers);
  const containers = containerThings(use);
  const images = imageThings(use, users.images);
  const volumes = volumeThings(use, users.volumes);
  const cache = cacheThings(use);
  const biggest = [...containers, ...images, ...volumes, ...cache]
    .map(({ kind, id, name, bytes, inUse }) => ({ kind, id, name, bytes: bytes ?? 0, inUse }))
    .filter(({ bytes }) => bytes > 0)
    .toSorted((one, other) => other.bytes - one.bytes)
    .slice(0, BIGGEST);
  return {
    host,
    engine,
    at,
    kinds: [
      kindOf("containers", containers),
      // Layers that images share are on the disk once.
      kindOf("images", images, use.layersSize),
      kindOf("volumes", volumes),
      kindOf("networks", networkThings(networks, users)),
      kindOf("build-cache", cache),
    ],
    biggest,
  };
};
