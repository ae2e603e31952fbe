import { expect, test } from "vitest";
import type { ExecutorType } from "#schema/executor-type.ts";
import { BLANK } from "#schema/task.context.ts";
import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import {
  bodyOf,
  carriedWords,
  curlOf,
  draftFor,
  draftForHost,
  draftFromTask,
} from "../../../../web/console/src/submit/draft.ts";
import { aDefinition } from "../../../support/task-examples.ts";

const type: ExecutorType = {
  type: "command",
  title: "Command",
  description: "Runs a program.",
  payload: {},
  repeatable: false,
  pause: "freeze",
  plans: false,
  example: { command: ["echo", "it's"] },
  retry: DEFAULT_RETRY,
};
const NOW = Date.parse("2026-11-21T08:00:00.000Z");

test("what was left alone is left out, so that the server's defaults hold", () => {
  expect(bodyOf("command", draftFor(type), NOW)).toEqual({ type: "command", payload: type.example });
});

test("minutes become milliseconds and a delay becomes a moment", () => {
  const draft = { ...draftFor(type), attemptMinutes: 0.5, totalMinutes: 10, delayMinutes: 5, maxAttempts: 3 };
  expect(bodyOf("command", draft, NOW)).toMatchObject({
    timeout: { attemptMs: 30_000, totalMs: 600_000 },
    runAt: "2026-11-21T08:05:00.000Z",
    retry: { maxAttempts: 3 },
  });
});

test("the line for the terminal survives quotes in the payload", () => {
  expect(curlOf("http://127.0.0.1:7400", bodyOf("command", draftFor(type), NOW))).toContain(`it'\\''s`);
});

test("a form for one host keeps the type's example, names the host, and waits for a yes", () => {
  const draft = draftForHost({ ...type, plans: true, example: { which: "dangling" } }, "nas");
  expect(bodyOf(type.type, draft, 0)).toEqual({
    type: type.type,
    payload: { which: "dangling", host: "nas" },
    approval: true,
  });
  expect(draftForHost(type, "nas").approval).toBe(false);
});

test("a task that is repeated with changes keeps what its plans are held to", () => {
  const definition = aDefinition({ type: "tidy", guard: { items: 5 } });
  const draft = draftFromTask({ id: "a", context: { ...BLANK, definition }, payload: {} });
  expect(bodyOf("tidy", draft, NOW)).toMatchObject({ guard: { items: 5 }, retryOf: "a" });
  expect(carriedWords(draft)).toBe("what its plan is held to");
});
