/** How things look that are planned for removal, from the plan's listing and from a fresh look alike. */
import type { ImageInspectInfo, NetworkInspectInfo, VolumeInspectInfo } from "dockerode";
import type { Inspected } from "../engine/engine.ts";
import type { CacheRecord } from "../engine/listings.ts";
import { looksOf } from "./looks.ts";

export const containerLooks = ({ State, Config, Image, Name }: Inspected): string =>
  looksOf({
    state: State.Status,
    end: State.FinishedAt,
    labels: Config.Labels ?? {},
    image: Image,
    name: Name,
  });

/** Untagged images have `<none>:<none>` in some listings. */
export const named = (references: readonly string[] | null | undefined): string[] =>
  (references ?? []).filter((reference) => !reference.startsWith("<none>"));

export const imageLooks = ({ RepoTags, RepoDigests, Config }: ImageInspectInfo): string =>
  looksOf({ tags: named(RepoTags), digests: named(RepoDigests), labels: Config?.Labels ?? {} });

/** Volumes have only names: one that was made again under the same name is told by when it was made. */
export const volumeLooks = (
  volume: Pick<VolumeInspectInfo, "Driver" | "Labels" | "Options"> & { CreatedAt?: string },
): string =>
  looksOf({
    "time of making": volume.CreatedAt ?? "",
    driver: volume.Driver,
    labels: volume.Labels ?? {},
    options: volume.Options ?? {},
  });

export const networkLooks = ({ Name, Labels, Created }: NetworkInspectInfo): string =>
  looksOf({ name: Name, labels: Labels ?? {}, "time of making": Created });

export const cacheLooks = ({ UsageCount, LastUsedAt }: CacheRecord): string =>
  looksOf({ uses: UsageCount, "last use": LastUsedAt ?? "" });
