import { expect, test } from "vitest";
import { CONTAINERS } from "../../../../web/console/src/containers/containers.tsx";
import { IMAGES } from "../../../../web/console/src/images/images.tsx";
import { facetCounts, filterRows } from "../../../../web/console/src/resources/filter-rows.ts";
import { isFiltered, resourceSearch } from "../../../../web/console/src/resources/resource-search.ts";
import { VOLUMES } from "../../../../web/console/src/volumes/volumes.tsx";
import { container, image, volume } from "./resource-rows.ts";

const web = image("team/web:1", { usedBy: ["web-1"], labels: { team: "blue" } });
const old = image("team/web:0", { labels: { team: "red" } });
const loose = image(null);
const kept = image("db:9", { protected: "It is labelled longshore.protect." });
const IMAGE_ROWS = [web, old, loose, kept];

test.each([
  [{}, IMAGE_ROWS],
  [{ use: "used" }, [web]],
  [{ use: "unused", kind: "tagged" }, [old, kept]],
  [{ kind: "dangling" }, [loose]],
  [{ guard: "protected" }, [kept]],
  [{ guard: "open", kind: "tagged" }, [web, old]],
  [{ text: "WEB" }, [web, old]],
  [{ text: "web-1" }, [web]],
  [{ label: "team" }, [web, old]],
  [{ label: "team=red" }, [old]],
  [{ label: "team=red", use: "used" }, []],
])("images narrowed by %j", (search, expected) => {
  expect(filterRows(IMAGES, IMAGE_ROWS, search)).toEqual(expected);
});

test("an image is found by the beginning of its id, with or without the algorithm before it", () => {
  const start = web.id.slice("sha256:".length, "sha256:".length + 10);
  expect(filterRows(IMAGES, [web, kept], { text: start })).toEqual([web]);
  expect(filterRows(IMAGES, [web, kept], { text: `sha256:${start}` })).toEqual([web]);
  expect(filterRows(IMAGES, [web, kept], { text: start.slice(3) })).toEqual([]);
});

test("an answer the list does not know leaves nothing out", () => {
  expect(filterRows(IMAGES, IMAGE_ROWS, { kind: "anonymous", state: "running" })).toEqual(IMAGE_ROWS);
});

test("volumes are told apart by whether they have a name", () => {
  const rows = [volume("data"), volume("0".repeat(64), { anonymous: true })];
  expect(filterRows(VOLUMES, rows, { kind: "named" })).toEqual([rows[0]]);
  expect(filterRows(VOLUMES, rows, { kind: "anonymous" })).toEqual([rows[1]]);
});

test("containers are found by state, image and stack", () => {
  const rows = [
    container("web", { image: "nginx", composeProject: "shop" }),
    container("job", { state: "exited" }),
  ];
  expect(filterRows(CONTAINERS, rows, { state: "exited" })).toEqual([rows[1]]);
  expect(filterRows(CONTAINERS, rows, { text: "nginx" })).toEqual([rows[0]]);
  expect(filterRows(CONTAINERS, rows, { text: "shop" })).toEqual([rows[0]]);
});

test("a facet counts what each answer would show beside the other filters", () => {
  const use = IMAGES.facets.find(({ key }) => key === "use");
  if (use === undefined) throw new Error("images have no facet of use");
  const counts = facetCounts(IMAGES, use, IMAGE_ROWS, { use: "used", kind: "tagged" });
  expect(Object.fromEntries(counts)).toEqual({ used: 1, unused: 2 });
});

test("an address keeps what the lists know, as words, and nothing else", () => {
  expect(resourceSearch({ text: "  web ", use: "used", page: "3", sort: "-size", label: "" })).toEqual({
    text: "web",
    use: "used",
    sort: "-size",
  });
  expect(resourceSearch({ text: 12, kind: ["a"], guard: null })).toEqual({ text: "12" });
  expect(resourceSearch({ text: "x".repeat(500) }).text).toHaveLength(200);
});

test("an order alone is no filter", () => {
  expect(isFiltered({ sort: "-size" })).toBe(false);
  expect(isFiltered({ sort: "-size", use: "used" })).toBe(true);
});
