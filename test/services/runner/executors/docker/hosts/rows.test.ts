import type { ImageInfo, NetworkInspectInfo, VolumeInspectInfo } from "dockerode";
import { describe, expect, it } from "vitest";
import type { Listed } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import type { CacheRecord } from "../../../../../../services/runner/executors/docker/engine/listings.ts";
import {
  besideOf,
  buildCacheRow,
  imageRow,
  networkRow,
  volumeRow,
} from "../../../../../../services/runner/executors/docker/hosts/rows.ts";

const USED = `sha256:${"a".repeat(64)}`;
const containers = [
  {
    Id: "c".repeat(64),
    Names: ["/web"],
    ImageID: USED,
    Labels: {},
    Mounts: [{ Type: "volume", Name: "data" }],
    NetworkSettings: { Networks: { app: { NetworkID: "n1" } } },
  },
] as unknown as Listed[];
const seen = "2026-11-20T10:00:00.000Z";
const beside = besideOf(containers, { images: new Map([[USED, seen]]), volumes: new Map([["data", seen]]) });

describe("the rows of a host's lists", () => {
  it("say of an image who uses it and when it was used last, and leave out names that are none", () => {
    const image = { Id: USED, RepoTags: ["web:1", "<none>:<none>"], Created: 0, Size: 5, Labels: null };
    expect(imageRow(image as unknown as ImageInfo, beside)).toEqual({
      id: USED,
      tags: ["web:1"],
      createdAt: "1970-01-01T00:00:00.000Z",
      bytes: 5,
      usedBy: ["web"],
      lastUsedAt: seen,
      labels: {},
      protected: null,
    });
    const bare = { Id: "sha256:b", RepoTags: null, Created: 0, Size: 5 } as unknown as ImageInfo;
    expect(imageRow(bare, beside)).toMatchObject({ tags: [], usedBy: [], lastUsedAt: null });
  });

  it("say of a volume whether somebody named it, by its label or its name", () => {
    const row = (Name: string, Labels: Record<string, string> | null = null) =>
      volumeRow({ Name, Driver: "local", Labels } as unknown as VolumeInspectInfo, beside);
    expect(row("data")).toMatchObject({ anonymous: false, usedBy: ["web"], lastUsedAt: seen, bytes: null });
    expect(row("f".repeat(64)).anonymous).toBe(true);
    expect(row("x", { "com.docker.volume.anonymous": "" }).anonymous).toBe(true);
    expect(row("kept", { "longshore.protect": "true" }).protected).toMatch(/longshore\.protect/);
  });

  it("protect the networks the engine made itself", () => {
    const row = (Name: string, more: object = {}) =>
      networkRow({ Id: "n1", Name, Driver: "bridge", Scope: "local", ...more } as NetworkInspectInfo, beside);
    for (const name of ["bridge", "host", "none", "podman"])
      expect(row(name).protected).toBe("The engine itself needs it.");
    expect(row("mesh", { Ingress: true }).protected).toBe("The engine itself needs it.");
    expect(row("app")).toMatchObject({ protected: null, usedBy: ["web"], createdAt: null });
  });

  it("give no time where a record of the build cache was never used", () => {
    const record = { ID: "x", Type: "regular", Description: "", Size: 1, CreatedAt: seen, LastUsedAt: null };
    expect(buildCacheRow(record as unknown as CacheRecord)).toMatchObject({
      createdAt: seen,
      lastUsedAt: null,
    });
  });
});
