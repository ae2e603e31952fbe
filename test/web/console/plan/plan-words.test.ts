import { expect, test } from "vitest";
import { AS_PLANNED, tally } from "../../../../web/console/src/plan/plan-groups.ts";
import { approveWords, askWords, thingOf, verbOf } from "../../../../web/console/src/plan/plan-words.ts";

const images = Array.from({ length: 3 }, (_, index) => ({
  id: `${index}`,
  name: `web:${index}`,
  kind: "image" as const,
  bytes: 1_400_000_000,
}));

test("the button says what a press of it does, to how many, and what that frees at least", () => {
  expect(approveWords("remove", "image", tally(images, AS_PLANNED))).toBe(
    "Remove 3 images, free at least 3.9 GiB",
  );
  expect(approveWords("stop", "container", tally(images.slice(0, 1), AS_PLANNED))).toBe("Stop 1 container");
  expect(approveWords("remove", "image", tally([], AS_PLANNED))).toBe("Nothing is ticked");
});

test("a type's verb and things: prunes remove, container runs do as they are told, mixed kinds are items", () => {
  expect(verbOf("docker.images.prune", { which: "unused" })).toBe("remove");
  expect(verbOf("docker.containers", { action: "stop" })).toBe("stop");
  expect(verbOf("file-batch", null)).toBe("act on");
  expect(thingOf(images, "docker.images.prune")).toBe("image");
  expect(thingOf([...images, { id: "v", name: "v", kind: "volume" }], "docker.system.prune")).toBe("item");
  expect(thingOf([{ id: "c", name: "c" }], "docker.containers")).toBe("container");
});

test("why a plan waits: the limit it exceeds, else that somebody wished to see it", () => {
  expect(askWords({ ask: "It would act on 120 of 150 items." })).toBe("It would act on 120 of 150 items.");
  expect(askWords({})).toMatch(/asked to see its plan/);
});
