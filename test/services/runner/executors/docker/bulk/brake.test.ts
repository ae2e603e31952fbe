import { expect, it } from "vitest";
import { createBrake } from "../../../../../../services/runner/executors/docker/bulk/brake.ts";
import { inLanes } from "../../../../../../services/runner/executors/docker/bulk/lanes.ts";

const braked = (limit = 0.8) => {
  const host = { load: 0.5, ms: 0 };
  const brake = createBrake({ lanes: 4, load: () => host.load, limit, now: () => host.ms });
  const after = (seconds: number, load: number): number[] =>
    Array.from({ length: seconds }, () => {
      host.load = load;
      host.ms += 1_000;
      return brake.open();
    });
  return { host, brake, after };
};

it("closes a lane a second while the host is busy, never the last, and opens them again when it is relieved", () => {
  const { after } = braked();
  expect(after(2, 0.7)).toEqual([4, 4]);
  expect(after(5, 0.95)).toEqual([3, 2, 1, 1, 1]);
  expect(after(2, 0.75), "neither busy nor relieved").toEqual([1, 1]);
  expect(after(4, 0.2)).toEqual([2, 3, 4, 4]);
});

it("looks no more than once a second, and never closes one where there is no limit", () => {
  const { host, brake } = braked();
  host.load = 1;
  expect(Array.from({ length: 10 }, () => brake.open())).toEqual(Array.from({ length: 10 }, () => 4));
  expect(braked(1).after(3, 1)).toEqual([4, 4, 4]);
});

it("holds a lane before it takes something, so that nothing is begun and left", async () => {
  const open = { lanes: 1 };
  const todo = Array.from({ length: 40 }, (_, index) => index);
  let atWork = 0;
  let most = 0;
  await inLanes(
    4,
    () => todo.shift(),
    async () => {
      most = Math.max(most, (atWork += 1));
      await new Promise((resolve) => setImmediate(resolve));
      atWork -= 1;
    },
    async (lane) => {
      while (lane >= open.lanes && todo.length > 0) await new Promise((resolve) => setImmediate(resolve));
    },
  );
  expect({ most, left: todo.length }).toEqual({ most: 1, left: 0 });
});
