import { expect, it } from "vitest";
import { createEta } from "../../../../../../services/runner/executors/docker/bulk/eta.ts";

it("knows nothing before the first item, then reckons with the lanes", () => {
  const eta = createEta(4);
  expect(eta.left(100)).toBeUndefined();
  eta.note(1_000);
  expect(eta.left(100)).toBe(25_000);
  expect(eta.left(0)).toBe(0);
});

it("follows items that become slower, without jumping", () => {
  const eta = createEta(1);
  eta.note(1_000);
  eta.note(2_000);
  expect(eta.left(1)).toBe(1_200);
  for (let item = 0; item < 50; item += 1) eta.note(2_000);
  expect(eta.left(1)).toBeCloseTo(2_000, -1);
});
