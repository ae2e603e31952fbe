import { expect, it } from "vitest";
import type { Intents } from "../../../../../../services/runner/executors/docker/bulk/intents.ts";
import { actOn } from "../../../../../../services/runner/executors/docker/containers/act.ts";
import { findOwn } from "../../../../../../services/runner/executors/docker/containers/protect.ts";
import type { Engine, Verb } from "../../../../../../services/runner/executors/docker/engine/engine.ts";

const ITEM = { id: "a".repeat(64), name: "web" };

/** A container that runs until it is acted upon, and an engine that refuses when it has ended. */
const refused = (verb: Verb) => {
  let running = true;
  const inspect = () =>
    Promise.resolve({
      Config: { Labels: {} },
      State: {
        Running: running,
        Restarting: false,
        Status: running ? "running" : "exited",
        StartedAt: "2026-11-21T09:00:00.000000001Z",
      },
    });
  const act = (): Promise<never> => {
    running = false;
    const refusal = { statusCode: 409, json: { message: "id already in use" } };
    return Promise.reject(Object.assign(new Error("refused"), refusal));
  };
  const intents = { of: () => undefined, declare: () => Promise.resolve() } as unknown as Intents;
  const engine = { inspect, act } as unknown as Engine;
  const patience = new AbortController().signal;
  return actOn({ verb, alsoStopped: false, own: findOwn([]), engine, intents, patience }, ITEM, 0);
};

it("a restart that is refused when it has stopped what ran has failed, and was not left alone", async () => {
  expect(await refused("restart")).toEqual({
    outcome: "failed",
    code: "refused",
    message: "id already in use",
    answer: "409",
  });
});

it("a stop that is refused where the container has ended by then finds its goal met", async () => {
  expect(await refused("stop")).toMatchObject({ outcome: "unchanged" });
});
