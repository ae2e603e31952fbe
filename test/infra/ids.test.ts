import { validate, version } from "uuid";
import { expect, it } from "vitest";
import { systemIds } from "#infra/ids.ts";

it("identifiers are UUIDs of version 7, all different, and sort as they were made", () => {
  const made = Array.from({ length: 20_000 }, systemIds.next);
  expect(made.every((id) => validate(id) && version(id) === 7)).toBe(true);
  expect(new Set(made).size).toBe(made.length);
  expect(made.toSorted()).toEqual(made);
});
