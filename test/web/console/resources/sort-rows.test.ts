import { expect, test } from "vitest";
import { IMAGES } from "../../../../web/console/src/images/images.tsx";
import { columnsInSight } from "../../../../web/console/src/resources/columns-in-sight.ts";
import { nextSort, orderOf, sortRows } from "../../../../web/console/src/resources/sort-rows.ts";
import { VOLUMES } from "../../../../web/console/src/volumes/volumes.tsx";
import { image, volume } from "./resource-rows.ts";

const volumesBy = (sort: string | undefined, rows: readonly ReturnType<typeof volume>[]) =>
  sortRows(rows, orderOf(VOLUMES.columns, sort), VOLUMES.nameOf).map(({ name }) => name);

const VOLUME_ROWS = [
  volume("data-10", { bytes: 5 }),
  volume("data-9", { bytes: 500 }),
  volume("unmeasured"),
  volume("data-2", { bytes: 5 }),
];

test("without a wish rows stand by name, numbers in them as numbers", () => {
  const byName = ["data-2", "data-9", "data-10", "unmeasured"];
  expect(volumesBy(undefined, VOLUME_ROWS)).toEqual(byName);
  expect(volumesBy("no-such-column", VOLUME_ROWS)).toEqual(byName);
  expect(volumesBy("-name", VOLUME_ROWS)).toEqual(byName.toReversed());
});

test("what has no size stands last whichever way, equal ones by name", () => {
  expect(volumesBy("size", VOLUME_ROWS)).toEqual(["data-2", "data-10", "data-9", "unmeasured"]);
  expect(volumesBy("-size", VOLUME_ROWS)).toEqual(["data-9", "data-2", "data-10", "unmeasured"]);
});

test("by last use: in use, then the latest, then what was never seen used", () => {
  const rows = [
    image("never"),
    image("long-ago", { lastUsedAt: "2026-01-01T00:00:00Z" }),
    image("lately", { lastUsedAt: "2026-11-01T00:00:00Z" }),
    image("now", { usedBy: ["web-1"] }),
  ];
  const sorted = sortRows(rows, orderOf(IMAGES.columns, "-last-use"), IMAGES.nameOf);
  expect(sorted.map(IMAGES.nameOf)).toEqual(["now", "lately", "long-ago", "never"]);
});

test("sorting leaves the rows it was given as they were", () => {
  const before = [...VOLUME_ROWS];
  volumesBy("-size", VOLUME_ROWS);
  expect(VOLUME_ROWS).toEqual(before);
});

test("a press on a head sorts by it, the largest first where that is what one looks for, then the other way", () => {
  const column = (key: string) => {
    const found = VOLUMES.columns.find((each) => each.key === key);
    if (found === undefined) throw new Error(`volumes have no column ${key}`);
    return found;
  };
  const press = (sort: string | undefined, key: string): string =>
    nextSort(orderOf(VOLUMES.columns, sort), column(key));
  expect(press(undefined, "size")).toBe("-size");
  expect(press("-size", "size")).toBe("size");
  expect(press("size", "driver")).toBe("driver");
  expect(press(undefined, "name")).toBe("-name");
});

test("three thousand rows are sorted within a frame or two", () => {
  const rows = Array.from({ length: 3_000 }, (_, index) =>
    image(`team/service-${(index * 7_919) % 3_000}:1`),
  );
  const order = orderOf(IMAGES.columns, "name");
  const began = performance.now();
  const sorted = sortRows(rows, order, IMAGES.nameOf);
  // About 5 ms on an idle core; with a collator made per comparison it is more than a second.
  expect(performance.now() - began).toBeLessThan(400);
  expect(sorted[1]?.tags).toEqual(["team/service-1:1"]);
});

test("columns go as room gets short, and in two lines only those that have a place stay", () => {
  const keys = (width: number) => columnsInSight(IMAGES.columns, width).map(({ key }) => key);
  expect(keys(1_200)).toEqual(["name", "size", "used-by", "created", "last-use", "id"]);
  expect(keys(800)).toEqual(["name", "size", "used-by", "created", "last-use"]);
  expect(keys(600)).toEqual(["name", "size", "used-by", "last-use"]);
  expect(keys(360)).toEqual(["name", "size", "used-by", "last-use"]);
});
