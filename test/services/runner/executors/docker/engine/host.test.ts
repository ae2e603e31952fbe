import { describe, expect, it } from "vitest";
import type { JobContext } from "../../../../../../services/runner/executor.ts";
import type { Engine } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import { createHost } from "../../../../../../services/runner/executors/docker/engine/host.ts";
import { EngineRefused } from "../../../../../../services/runner/executors/docker/engine/refused.ts";
import { until } from "../../../../../support/until.ts";

const gone = (): Error => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

/** A task on an engine that answers as `state` says. */
const aTask = (planned: string | null = "A") => {
  const told: string[] = [];
  const cancelled = new AbortController();
  const state = { here: true, id: "A", fault: null as Error | null, pings: 0 };
  const answer = (): void => {
    if (state.fault) throw state.fault;
    if (!state.here) throw gone();
  };
  const engine = {
    forget: () => undefined,
    explain: (error: unknown) => (error as Error).message,
    ping: () => {
      state.pings += 1;
      return Promise.resolve().then(answer);
    },
    about: () => Promise.resolve().then(() => (answer(), { id: state.id })),
  } as unknown as Engine;
  const context = {
    cancelled: cancelled.signal,
    pausing: new AbortController().signal,
    engine: planned === null ? null : { host: "nas", id: planned, name: "", version: "", apiVersion: "" },
    log: () => undefined,
    hostLost: () => Promise.resolve(void told.push("lost")),
    hostBack: () => Promise.resolve(void told.push("back")),
  } as unknown as JobContext;
  return {
    state,
    told,
    cancelled,
    host: createHost(engine, context),
    call: () => Promise.resolve().then(answer),
  };
};

describe("a task whose engine goes away", () => {
  it("waits for the engine its plan was made on, and does nothing to another one", async () => {
    const { state, told, host, call } = aTask();
    await host.answered(call);
    state.here = false;
    let calls = 0;
    const waiting = host.answered(() => {
      calls += 1;
      return call();
    });
    await until("its word", () => told.length === 1);
    state.id = "B";
    state.here = true;
    const before = state.pings;
    await until("another look", () => state.pings > before + 1);
    expect([told, calls]).toEqual([["lost"], 1]);
    state.id = "A";
    await waiting;
    expect([told, calls]).toEqual([["lost", "back"], 2]);
  }, 20_000);

  it("waits for one that may not be worked with any more as for one that is away", async () => {
    const { state, told, host, call } = aTask();
    await host.answered(call);
    state.fault = new EngineRefused("It is too new.");
    const waiting = host.answered(call);
    await until("its word", () => told.length === 1);
    state.fault = null;
    await waiting;
    expect(told).toEqual(["lost", "back"]);
  }, 20_000);

  it.each([502, 503, 504])(
    "waits behind a proxy that answers %i for it",
    async (statusCode) => {
      const { state, told, host, call } = aTask();
      await host.answered(call);
      state.fault = Object.assign(new Error("Service Unavailable"), { statusCode });
      const waiting = host.answered(call);
      await until("its word", () => told.length === 1);
      state.fault = null;
      await waiting;
      expect(told).toEqual(["lost", "back"]);
    },
    20_000,
  );

  it("does not wait for one that is there and answers so for ever", async () => {
    const { told, host } = aTask();
    const busy = Object.assign(new Error("a plugin is away"), { statusCode: 503 });
    let calls = 0;
    const call = () => {
      calls += 1;
      return Promise.reject(busy);
    };
    await expect(host.answered(call)).rejects.toBe(busy);
    expect([told, calls]).toEqual([[], 3]);
  }, 20_000);

  it("ends at once where it may not be worked with from the start", async () => {
    const { state, told, host, call } = aTask(null);
    state.fault = new EngineRefused("It is too old.");
    await expect(host.answered(call)).rejects.toMatchObject({
      refusal: "host-refused",
      message: "It is too old.",
    });
    expect(told).toEqual([]);
  });

  it("can be cancelled while another engine answers", async () => {
    const { state, told, cancelled, host, call } = aTask();
    await host.answered(call);
    state.here = false;
    state.id = "B";
    const waiting = host.answered(call);
    await until("its word", () => told.length === 1);
    state.here = true;
    cancelled.abort();
    expect(await waiting).toBeUndefined();
  });
});
