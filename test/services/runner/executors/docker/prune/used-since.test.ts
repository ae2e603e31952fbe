import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import type { PlanItem } from "#schema/items.ts";
import type { JobContext } from "../../../../../../services/runner/executor.ts";
import {
  type KeptUses,
  lastUseFile,
} from "../../../../../../services/runner/executors/docker/hosts/last-use.ts";
import { lookedAt, looksOf } from "../../../../../../services/runner/executors/docker/prune/looks.ts";
import { createUsedSince } from "../../../../../../services/runner/executors/docker/prune/used-since.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { imageId } from "./a-survey.ts";

const PLANNED = Date.parse("2026-11-20T12:00:00Z");
const item = (kind: "image" | "volume", id: string): PlanItem => ({
  kind,
  id,
  name: id,
  looks: lookedAt(looksOf({ tags: [] }), PLANNED),
});

describe("a use after the plan was made", () => {
  const data = temporaryFolder("uses");
  const file = lastUseFile(data, "engine");
  mkdirSync(dirname(file), { recursive: true });
  const kept: KeptUses = {
    engine: "engine",
    observedSince: "2026-11-01T00:00:00Z",
    heardUntil: "2026-11-20T13:00:00Z",
    lastEvent: null,
    gaps: [],
    images: { [imageId("before")]: "2026-11-20T11:59:59Z", [imageId("after")]: "2026-11-20T12:00:01Z" },
    volumes: { data: "2026-11-20T12:30:00Z" },
  };
  writeFileSync(file, JSON.stringify(kept));
  const context = { settings: { data }, engine: { id: "engine" } } as unknown as JobContext;

  it("is told of images and volumes, and one before the plan is none", async () => {
    const since = createUsedSince(context);
    expect(since.when(item("image", imageId("after"))), "before it has looked").toBeUndefined();
    await since.begin();
    expect(since.when(item("image", imageId("after")))).toBe("2026-11-20T12:00:01Z");
    expect(since.when(item("image", imageId("before")))).toBeUndefined();
    expect(since.when(item("image", imageId("unseen")))).toBeUndefined();
    expect(since.when(item("volume", "data"))).toBe("2026-11-20T12:30:00Z");
  });
});
