import { expect, test } from "vitest";
import { HOST_LISTS } from "#schema/host-api.ts";
import { cleanupOf } from "../../../../web/console/src/resources/cleanup.ts";
import { concerns } from "../../../../web/console/src/resources/concerns.ts";
import { host } from "./resource-rows.ts";

test.each(HOST_LISTS)("a clean-up of chosen %s is held to them, to the host, and to a yes", (list) => {
  const body = cleanupOf(host(), { list, ids: ["a", "b"], one: "thing", many: "things" });
  expect(body).toMatchObject({
    type: `docker.${list}.prune`,
    name: "Clean up 2 things on nas",
    payload: { host: "nas", only: { ids: ["a", "b"] } },
    approval: true,
  });
});

test("chosen images with a tag and chosen volumes with a name are in the plan too", () => {
  const chosen = { ids: ["a"], one: "", many: "" };
  expect(cleanupOf(host(), { ...chosen, list: "images" }).payload).toMatchObject({ which: "unused" });
  expect(cleanupOf(host(), { ...chosen, list: "volumes" }).payload).toMatchObject({ which: "all" });
});

test("a list is asked for again after changes of its own kind on its own host", () => {
  const change = { host: "nas", kinds: ["container"] as const };
  expect(HOST_LISTS.filter((list) => concerns(change, "nas", list))).toEqual([
    "containers",
    "images",
    "volumes",
    "networks",
  ]);
  expect(HOST_LISTS.filter((list) => concerns(change, "local", list))).toEqual([]);
  const images = { host: "nas", kinds: ["image"] as const };
  expect(HOST_LISTS.filter((list) => concerns(images, "nas", list))).toEqual(["images", "build-cache"]);
});
