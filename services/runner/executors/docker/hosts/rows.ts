/** The rows of a host's lists, made of what its engine lists; times RFC 3339, sizes in bytes. */
import type { ImageInfo, NetworkInspectInfo, VolumeInspectInfo } from "dockerode";
import type { BuildCacheRow, ImageRow, NetworkRow, VolumeRow } from "#schema/host-api.ts";
import { nameOf } from "../containers/inventory.ts";
import { findOwn, type Own, protectionOf } from "../containers/protect.ts";
import type { Listed } from "../engine/engine.ts";
import type { CacheRecord } from "../engine/listings.ts";
import { type UsedBy, usedBy, usersOfNetwork } from "../engine/used-by.ts";
import type { LastUses } from "./last-use.ts";

/** What is listed beside a thing: who uses it, and when somebody did last. */
export interface Beside {
  readonly used: UsedBy;
  readonly own: Own;
  /** Names of the containers Longshore itself runs in. */
  readonly ownNames: ReadonlySet<string>;
  readonly uses: Pick<LastUses, "images" | "volumes">;
}

export const besideOf = (containers: readonly Listed[], uses: Beside["uses"]): Beside => {
  const own = findOwn(containers);
  const ownNames = new Set(containers.filter(({ Id }) => own.ids.has(Id)).map(nameOf));
  return { used: usedBy(containers), own, ownNames, uses };
};

const ANONYMOUS_LABEL = "com.docker.volume.anonymous";
/** The engine makes these itself; Podman has only one of them, under another name. */
const PREDEFINED: ReadonlySet<string> = new Set(["bridge", "host", "none", "podman"]);

const protection = (
  id: string,
  labels: Readonly<Record<string, string>>,
  { users, beside: { own, ownNames } }: { users: readonly string[]; beside: Beside },
): string | null =>
  users.some((name) => ownNames.has(name)) ? "Longshore itself uses it." : protectionOf(id, labels, own);

const moment = (text: string | undefined): string | null => {
  const ms = Date.parse(text ?? "");
  return Number.isNaN(ms) || ms <= 0 ? null : new Date(ms).toISOString();
};

export const imageRow = (image: ImageInfo, beside: Beside): ImageRow => {
  const users = beside.used.images.get(image.Id) ?? [];
  const labels = image.Labels ?? {};
  return {
    id: image.Id,
    tags: (image.RepoTags ?? []).filter((tag) => tag !== "<none>:<none>"),
    createdAt: new Date(image.Created * 1_000).toISOString(),
    bytes: image.Size,
    usedBy: users,
    lastUsedAt: beside.uses.images.get(image.Id) ?? null,
    labels,
    protected: protection(image.Id, labels, { users, beside }),
  };
};

export const volumeRow = (volume: VolumeInspectInfo, beside: Beside): VolumeRow => {
  const users = beside.used.volumes.get(volume.Name) ?? [];
  const labels = volume.Labels ?? {};
  return {
    name: volume.Name,
    driver: volume.Driver,
    // Older engines set no label.
    anonymous: ANONYMOUS_LABEL in labels || /^[0-9a-f]{64}$/.test(volume.Name),
    createdAt: moment((volume as { CreatedAt?: string }).CreatedAt),
    // Only measuring all of them tells, and that may take minutes.
    bytes: null,
    usedBy: users,
    lastUsedAt: beside.uses.volumes.get(volume.Name) ?? null,
    labels,
    protected: protection(volume.Name, labels, { users, beside }),
  };
};

export const networkRow = (network: NetworkInspectInfo, beside: Beside): NetworkRow => {
  const users = usersOfNetwork(beside.used, { id: network.Id, name: network.Name });
  const labels = network.Labels ?? {};
  const isPredefined = PREDEFINED.has(network.Name) || network.Ingress === true;
  return {
    id: network.Id,
    name: network.Name,
    driver: network.Driver,
    scope: network.Scope,
    createdAt: moment(network.Created),
    usedBy: users,
    labels,
    protected: isPredefined
      ? "The engine itself needs it."
      : protection(network.Id, labels, { users, beside }),
  };
};

export const buildCacheRow = (record: CacheRecord): BuildCacheRow => ({
  id: record.ID,
  type: record.Type,
  description: record.Description,
  bytes: record.Size,
  inUse: record.InUse,
  shared: record.Shared,
  createdAt: moment(record.CreatedAt) ?? record.CreatedAt,
  lastUsedAt: moment(record.LastUsedAt ?? undefined),
  usageCount: record.UsageCount,
});
