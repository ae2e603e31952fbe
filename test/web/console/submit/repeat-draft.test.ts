import { expect, test } from "vitest";
import type { SubmitBody } from "#schema/submit-body.ts";
import type { TaskDetail } from "#schema/api.ts";
import { bodyOf, carriedWords, draftFromTask, draftOf } from "../../../../web/console/src/submit/draft.ts";
import { newTaskSearch } from "../../../../web/console/src/submit/new-task-search.ts";
import { parametersIn } from "../../../../web/console/src/submit/template-parameters.ts";

const body: SubmitBody = {
  type: "command",
  payload: { command: ["true"] },
  name: "Back up",
  queue: "nas",
  priority: "high",
  retry: { maxAttempts: 3, initialMs: 500 },
  timeout: { attemptMs: 90_000 },
  labels: { host: "nas-1" },
  concurrency: { key: "nas-1", limit: 1 },
  locks: ["volume:a"],
};

test("a request goes through the form unchanged, also what the form has no field for", () => {
  expect(bodyOf("command", draftOf(body), 0)).toEqual(body);
  expect(carriedWords(draftOf(body))).toBe("labels, concurrency key, locks");
});

test("a moment and a key of the past are not asked for again", () => {
  const again = bodyOf(
    "command",
    draftOf({ ...body, runAt: "2026-01-01T00:00:00Z", idempotencyKey: "k" }),
    0,
  );
  expect(again.runAt).toBeUndefined();
  expect(again.idempotencyKey).toBeUndefined();
});

test("a task to be repeated keeps what it was asked with, names its model and drops the system's labels", () => {
  const definition = {
    ...body,
    id: "t-1",
    labels: { host: "nas-1", "longshore.schedule": "s-1" },
    retry: { maxAttempts: 3, initialMs: 500, factor: 2, maxMs: 1_000, jitter: 0 },
    timeout: { attemptMs: 90_000, totalMs: null },
    approval: false,
    requires: { cpus: 1 },
  };
  const detail = { id: "t-1", payload: body.payload, context: { definition } } as unknown as TaskDetail;
  expect(bodyOf("command", draftFromTask(detail), 0)).toEqual({
    ...body,
    retry: definition.retry,
    requires: { cpus: 1 },
    retryOf: "t-1",
  });
});

test("a draft's parameters are found wherever they stand, but for the escaped", () => {
  expect(
    parametersIn({ name: "Restore {{volume}} on {{host}}", payload: { a: ["{{volume}}", "\\{{not}}"] } }),
  ).toEqual(["volume", "host"]);
  expect(parametersIn(body)).toEqual([]);
});

test("the address says what the form begins with, and nonsense is left out", () => {
  expect(newTaskSearch({ type: "command", retryOf: "t-1", template: 3, other: "x" })).toEqual({
    type: "command",
    retryOf: "t-1",
  });
});
