import { expect, it, vi } from "vitest";
import type { Intents } from "../../../../../../services/runner/executors/docker/bulk/intents.ts";
import { actOn } from "../../../../../../services/runner/executors/docker/containers/act.ts";
import { findOwn } from "../../../../../../services/runner/executors/docker/containers/protect.ts";
import type { Engine, Verb } from "../../../../../../services/runner/executors/docker/engine/engine.ts";

const ITEM = { id: "a".repeat(64), name: "web" };

interface Script {
  /** How it is before, and then look by look after the request; the last stays so. */
  readonly looks: readonly (object | null)[];
  readonly refusal?: object;
  readonly patience?: AbortSignal;
  /** Made with --rm. */
  readonly goes?: boolean;
}

const up = (startedAt = "2026-11-21T09:00:00.000000001Z") => ({
  Running: true,
  Restarting: false,
  Paused: false,
  Status: "running",
  StartedAt: startedAt,
});
const down = (exitCode: number, startedAt?: string) => ({
  ...up(startedAt),
  Running: false,
  Status: "exited",
  ExitCode: exitCode,
});
const LATER = "2026-11-21T09:30:00.000000001Z";

/** Acts on a container that looks so, on an engine that says yes unless it is to refuse. */
const acted = (verb: Verb, script: Script) => {
  const { looks, refusal, patience = new AbortController().signal, goes = false } = script;
  let at = 0;
  let requested = false;
  const inspect = () => {
    if (requested) at = Math.min(at + 1, looks.length - 1);
    const state = looks[at];
    return Promise.resolve(
      state && { Config: { Labels: {} }, HostConfig: { AutoRemove: goes }, State: state },
    );
  };
  const act = (): Promise<void> => {
    requested = true;
    return refusal ? Promise.reject(Object.assign(new Error("refused"), refusal)) : Promise.resolve();
  };
  const intents = { of: () => undefined, declare: () => Promise.resolve() } as unknown as Intents;
  const engine = { inspect, act } as unknown as Engine;
  return actOn({ verb, alsoStopped: false, own: findOwn([]), engine, intents, patience }, ITEM, 0);
};

const REFUSAL = { statusCode: 409, json: { message: "id already in use" } };
const DONE = { outcome: "done", answer: "204" };

it("a restart that is refused when it has stopped what ran has failed, and was not left alone", async () => {
  expect(await acted("restart", { looks: [up(), down(0)], refusal: REFUSAL })).toEqual({
    outcome: "failed",
    code: "refused",
    message: "id already in use",
    answer: "409",
  });
});

it("a stop that is refused where the container has ended by then finds its goal met", async () => {
  expect(await acted("stop", { looks: [up(), down(0)], refusal: REFUSAL })).toMatchObject({
    outcome: "unchanged",
  });
});

it.each<[string, Verb, Script["looks"], object]>([
  ["a start that runs", "start", [down(0), up()], DONE],
  [
    "a start of work that is done at once",
    "start",
    [down(0), down(0)],
    { ...DONE, message: "It ended at once, with exit code 0." },
  ],
  [
    "a start that crashes",
    "start",
    [down(0), down(127)],
    {
      outcome: "failed",
      code: "ended-at-once",
      message: "It ended at once, with exit code 127.",
      answer: "204",
    },
  ],
  ["a restart that crashes", "restart", [up(), down(1)], { outcome: "failed", code: "ended-at-once" }],
  ["a restart that runs", "restart", [up(), up(LATER)], DONE],
  ["a kill whose process is gone a moment later", "kill", [up(), up(), down(137)], DONE],
  [
    "a stop of what somebody has started again",
    "stop",
    [up(), up(LATER)],
    { outcome: "done", code: "started-since" },
  ],
  ["a stop of a container made with --rm", "stop", [up(), null], { outcome: "done", code: "removed" }],
  ["a removal", "remove", [down(0), { ...down(0), Status: "removing" }, null], DONE],
])("%s is what is seen after the engine's yes", async (_, verb, looks, settled) => {
  expect(await acted(verb, { looks })).toMatchObject(settled);
});

it("what was made with --rm is watched until it is gone, for engines delete it a moment after their yes", async () => {
  expect(await acted("stop", { looks: [up(), down(0), down(0), null], goes: true })).toMatchObject({
    outcome: "done",
    code: "removed",
  });
});

it("what was made with --rm and stays has been stopped all the same", async () => {
  const clock = vi.spyOn(performance, "now").mockReturnValueOnce(0).mockReturnValue(10_001);
  try {
    expect(await acted("stop", { looks: [up(), down(0)], goes: true })).toEqual(DONE);
  } finally {
    clock.mockRestore();
  }
});

it("what does not come about is no success, whatever the engine said", async () => {
  const clock = vi.spyOn(performance, "now").mockReturnValueOnce(0).mockReturnValue(10_001);
  try {
    expect(await acted("pause", { looks: [up(), up()] })).toMatchObject({
      outcome: "failed",
      code: "not-met",
      message: "The engine said yes, but it is running.",
    });
  } finally {
    clock.mockRestore();
  }
});

it("what has not come about when the run is told to end is unfinished, for whoever goes on to look at", async () => {
  const patience = AbortSignal.timeout(300);
  expect(await acted("kill", { looks: [up(), up()], patience })).toMatchObject({
    outcome: "failed",
    code: "unfinished",
  });
});
