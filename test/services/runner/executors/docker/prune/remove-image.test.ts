import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openEngine } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import { imageWay } from "../../../../../../services/runner/executors/docker/prune/remove-image.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { type FakeEngine, startFakeEngine } from "../engine/fake-engine.ts";
import { imageId, rules } from "./a-survey.ts";

const id = imageId("kept");
const item = { kind: "image", id, name: "team/web:1", bytes: 100 } as const;

describe("removing an image from an engine that is not as ours", () => {
  let fake: FakeEngine;
  let path: string;
  beforeEach(async () => {
    path = join(temporaryFolder("fake"), "docker.sock");
    fake = await startFakeEngine(path);
  });
  afterEach(() => fake.close());

  const remove = () =>
    imageWay(openEngine({ dial: { kind: "socket", path }, address: null, pinned: null }), rules()).remove(
      item,
      AbortSignal.timeout(10_000),
    );

  it("ends when a name stays although the engine says that it took it away", async () => {
    fake.others = { [`/images/${id}/json`]: { Id: id, Parent: "", RepoTags: ["team/web:1"] } };
    expect(await remove()).toMatchObject({ outcome: "failed", code: "refused" });
    expect(fake.asked.filter((url) => url.includes("/images/team/web:1?"))).toHaveLength(1);
  }, 30_000);

  it("takes an image for one without a parent when nothing is said of any", async () => {
    fake.others = { [`/images/${id}/json`]: { Id: id, RepoTags: ["team/web:1"] } };
    expect(await remove()).toMatchObject({ outcome: "failed", code: "refused" });
    expect(fake.asked.some((url) => url.includes("/images/team/web:1?noprune=false"))).toBe(true);
  }, 30_000);
});
