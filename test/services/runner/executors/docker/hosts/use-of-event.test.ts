import { expect, it } from "vitest";
import {
  keyOf,
  timeOf,
  useOf,
} from "../../../../../../services/runner/executors/docker/hosts/use-of-event.ts";

const event = (Type: string, Action: string, ID = "x") => ({
  Type,
  Action,
  Actor: { ID, Attributes: { image: "alpine:3" } },
});

it.each([
  ["container", "create", { kind: "container", id: "x", image: "alpine:3" }],
  ["container", "start", { kind: "container", id: "x", image: "alpine:3" }],
  ["container", "die", { kind: "container", id: "x", image: "alpine:3" }],
  ["container", "exec_start: sh", undefined],
  ["container", "health_status: healthy", undefined],
  ["container", "top", undefined],
  ["container", "destroy", { kind: "container-gone", id: "x" }],
  ["image", "pull", { kind: "image", image: "x" }],
  ["image", "tag", { kind: "image", image: "x" }],
  ["image", "import", { kind: "image", image: "x" }],
  ["image", "untag", undefined],
  ["image", "delete", { kind: "image-gone", id: "x" }],
  ["volume", "mount", { kind: "volume", name: "x" }],
  ["volume", "unmount", { kind: "volume", name: "x" }],
  ["volume", "create", undefined],
  ["volume", "destroy", { kind: "volume-gone", name: "x" }],
  ["network", "connect", undefined],
  ["network", "destroy", undefined],
])("knows whether %s %s is a use", (type, action, use) => {
  expect(useOf(event(type, action))).toEqual(use);
});

it("makes nothing of an event without a subject", () => {
  expect(useOf({})).toBeUndefined();
  expect(useOf({ Type: "container", Action: "start", Actor: {} })).toBeUndefined();
});

it("tells events apart, and when they were, to the precision JSON leaves", () => {
  const one = {
    ...event("container", "start"),
    time: 1_763_709_000,
    timeNano: Number("1763709000123456789"),
  };
  expect(timeOf(one)).toBe("2025-11-21T07:10:00.123Z");
  expect(timeOf({ time: 1_763_709_000 })).toBe("2025-11-21T07:10:00.000Z");
  expect(keyOf(one)).toBe(keyOf({ ...one }));
  expect(keyOf(one)).not.toBe(keyOf({ ...one, Action: "die" }));
});
