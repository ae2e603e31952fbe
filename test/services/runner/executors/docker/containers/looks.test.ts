import { expect, it } from "vitest";
import {
  changedSince,
  looksOf,
} from "../../../../../../services/runner/executors/docker/containers/looks.ts";
import type { Inspected, Verb } from "../../../../../../services/runner/executors/docker/engine/engine.ts";

const EARLY = "2026-11-21T10:00:00Z";
const LATE = "2026-11-21T10:05:00Z";
const now = (Status: string, StartedAt = EARLY, RestartCount = 0): Inspected =>
  ({ State: { Status, StartedAt }, RestartCount, HostConfig: {}, Config: {} }) as unknown as Inspected;
const planned = (state: string, restarts = 0): string =>
  looksOf(state, { autoRemove: false, startedAt: EARLY, restarts, stopSeconds: 10 });

it.each<[Verb, string, Inspected, boolean]>([
  ["remove", planned("exited"), now("exited"), false],
  ["remove", planned("exited"), now("running", LATE), true],
  ["remove", planned("exited"), now("exited", LATE), true],
  ["remove", planned("created"), now("exited", LATE), true],
  ["stop", planned("running"), now("running"), false],
  ["stop", planned("running"), now("running", LATE), false],
  ["stop", planned("running"), now("paused"), false],
  ["stop", planned("running"), now("exited"), false],
  ["stop", planned("exited"), now("running", LATE), true],
  ["stop", planned("exited"), now("exited", LATE), false],
  ["kill", planned("exited"), now("running", LATE), true],
  ["kill", planned("running"), now("running", LATE), false],
  ["restart", planned("running"), now("running"), false],
  ["restart", planned("running"), now("running", LATE), true],
  ["restart", planned("running"), now("exited"), true],
  ["restart", planned("running", 3), now("running", LATE, 4), false],
  ["restart", planned("exited"), now("running", LATE), true],
  ["start", "exited", now("exited"), false],
  ["start", "exited", now("running", LATE), false],
  ["start", "exited", now("paused", LATE), true],
  ["start", "running", now("exited"), true],
  ["pause", "running", now("running"), false],
  ["pause", "running", now("paused"), false],
  ["pause", "running", now("exited"), true],
  ["pause", "paused", now("running"), true],
  ["unpause", "paused", now("paused"), false],
  ["unpause", "paused", now("running"), false],
  ["unpause", "running", now("paused"), true],
])("a %s planned of %s no longer fits %o: %s", (verb, looks, inspected, changed) => {
  expect(changedSince(verb, looks, inspected) !== null).toBe(changed);
});

it("says what it was and is, and asks nothing of plans that do not know", () => {
  expect(changedSince("remove", planned("exited"), now("running", LATE))).toBe(
    "It was exited when the plan was made, and is running now.",
  );
  expect(changedSince("remove", planned("exited"), now("exited", LATE))).toBe(
    "It has been started since the plan was made.",
  );
  expect(changedSince("remove", undefined, now("running"))).toBeNull();
});
