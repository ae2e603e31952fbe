import { expect, test } from "vitest";
import type { ExecutorType } from "#schema/executor-type.ts";
import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import {
  canReport,
  isMaintenance,
  newPolicy,
  policyOf,
  policyTask,
  previewTask,
  rulesSchema,
  withType,
} from "../../../../web/console/src/maintenance/policy-draft.ts";

const text = { type: "string" };

const IMAGES: ExecutorType = {
  type: "docker.images.prune",
  title: "Prune images",
  description: "Removes images.",
  payload: {
    type: "object",
    properties: { host: text, dryRun: { type: "boolean" }, grace: text, only: {}, which: text, keepLast: {} },
  },
  repeatable: true,
  pause: "checkpoint",
  plans: true,
  example: { which: "unused", host: "nas", dryRun: true },
  retry: DEFAULT_RETRY,
  guard: { share: 0.5, above: 20, timesUsual: 3 },
};
const PULL: ExecutorType = {
  ...IMAGES,
  type: "docker.images.pull",
  payload: { type: "object", properties: { image: text } },
  example: { image: "alpine:3" },
};

test("a new policy asks first, on the runner's own engine, with the limits its type declares", () => {
  const draft = newPolicy(IMAGES);
  expect(draft).toMatchObject({ host: null, mode: "ask", rules: { which: "unused" } });
  expect(draft.limits).toEqual({ items: null, percent: 50, timesUsual: 3, above: 20 });
  expect(policyTask(draft)).toEqual({
    type: "docker.images.prune",
    payload: { which: "unused" },
    approval: true,
  });
});

test("a mode is what is submitted: a report does nothing, and what acts by itself is held to its limits", () => {
  const draft = { ...newPolicy(IMAGES), host: "nas" };
  expect(policyTask({ ...draft, mode: "report" })).toEqual({
    type: "docker.images.prune",
    payload: { host: "nas", which: "unused", dryRun: true },
  });
  expect(policyTask({ ...draft, mode: "auto" })).toMatchObject({
    payload: { host: "nas", which: "unused" },
    guard: { share: 0.5, timesUsual: 3, above: 20 },
  });
  const none = { items: null, percent: null, timesUsual: null, above: 20 };
  expect(policyTask({ ...draft, mode: "auto", limits: none }).guard).toEqual({});
});

test("a policy that is opened and saved unchanged submits the same task as before", () => {
  for (const task of [
    { type: IMAGES.type, payload: { host: "nas", which: "dangling" }, guard: { items: 5 }, queue: "night" },
    { type: IMAGES.type, payload: { which: "dangling", dryRun: true }, labels: { a: "b" } },
    { type: IMAGES.type, payload: { which: "dangling" }, approval: true },
  ]) {
    expect(policyTask(policyOf(task, IMAGES))).toEqual(task);
  }
});

test("what it would do now is always a report, whatever the policy's mode", () => {
  const draft = { ...newPolicy(IMAGES), mode: "auto" as const };
  expect(previewTask(draft, "Nightly")).toEqual({
    type: "docker.images.prune",
    payload: { which: "unused", dryRun: true },
    name: "What it would do now: Nightly",
  });
});

test("a type that cannot report is neither asked to nor kept in a mode it does not know", () => {
  expect([canReport(IMAGES), canReport(PULL)]).toEqual([true, false]);
  expect(newPolicy(PULL).mode).toBe("auto");
  expect(withType({ ...newPolicy(IMAGES), host: "nas", mode: "report" }, PULL)).toMatchObject({
    host: "nas",
    mode: "auto",
  });
  expect(isMaintenance("docker.run")).toBe(false);
});

test("the form of the rules leaves host and mode to the rest of the page, and puts what to take first", () => {
  expect(Object.keys(rulesSchema(IMAGES.payload)["properties"] as object)).toEqual([
    "which",
    "keepLast",
    "grace",
    "only",
  ]);
});
