import { expect, it } from "vitest";
import { createLayers } from "../../../../../../services/runner/executors/docker/pull/layers.ts";

it("counts layers by their size, names what is under way, and never goes backwards", () => {
  const layers = createLayers();
  const at = (status: string, id: string, sizes?: { current: number; total: number }, elapsedMs = 0) =>
    layers.take({ status, id, ...(sizes ? { progressDetail: sizes } : {}) }, elapsedMs);
  expect(layers.take({ status: "Pulling from library/alpine", id: "latest" }, 0)).toBeUndefined();
  expect(layers.take({ status: "Digest: sha256:0" }, 0)).toBeUndefined();
  expect(at("Already exists", "aaa")).toMatchObject({ percent: 0, done: 1, total: 1 });
  at("Pulling fs layer", "bbb");
  expect(at("Downloading", "bbb", { current: 5_000_000, total: 10_000_000 }, 2_000)).toEqual({
    percent: 35,
    message: "1 of 2 layers, 5.0 of 10.0 MB",
    done: 1,
    total: 2,
    current: ["Downloading bbb"],
    etaMs: 3_714,
  });
  expect(at("Downloading", "ccc", { current: 0, total: 30_000_000 })).toMatchObject({
    percent: 35,
    done: 1,
    total: 3,
  });
});

it("reckons the rest from the pace so far", () => {
  const layers = createLayers();
  const take = (status: string, current: number, elapsedMs: number) =>
    layers.take({ status, id: "aaa", progressDetail: { current, total: 1_000 } }, elapsedMs);
  expect(take("Downloading", 500, 500)).not.toHaveProperty("etaMs");
  expect(take("Downloading", 500, 7_000)).toMatchObject({ percent: 35, etaMs: 13_000 });
  expect(layers.take({ status: "Download complete", id: "aaa" }, 8_000)).toMatchObject({
    percent: 70,
    current: [],
  });
  expect(take("Extracting", 500, 8_500)).toMatchObject({ percent: 85, current: ["Extracting aaa"] });
  expect(layers.take({ status: "Pull complete", id: "aaa" }, 9_000)).toMatchObject({
    percent: 100,
    done: 1,
    message: "1 of 1 layers, 0.0 of 0.0 MB",
  });
});
