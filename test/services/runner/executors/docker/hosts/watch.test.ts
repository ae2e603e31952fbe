import { PassThrough } from "node:stream";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Engine } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import {
  type Change,
  changeOf,
  watchEngine,
} from "../../../../../../services/runner/executors/docker/hosts/watch.ts";

const event = (Type: string, Action: string, ID = "a") => ({ Type, Action, Actor: { ID } });

describe("an event of an engine", () => {
  it("changes the list of its kind", () => {
    expect(changeOf(event("container", "die"))).toEqual({ kind: "container", id: "a" });
    expect(changeOf(event("image", "untag"))?.kind).toBe("image");
    expect(changeOf(event("volume", "create"))?.kind).toBe("volume");
    expect(changeOf(event("network", "connect"))?.kind).toBe("network");
    expect(changeOf(event("builder", "prune"))?.kind).toBe("build-cache");
  });

  it("changes none when somebody only looks in, or it is about something else", () => {
    for (const action of ["exec_create: sh -c true", "exec_die", "top", "attach", "resize"])
      expect(changeOf(event("container", action))).toBeUndefined();
    for (const other of [event("daemon", "reload"), event("plugin", "enable"), {}, { Type: "image" }])
      expect(changeOf(other)).toBeUndefined();
  });
});

describe("watching an engine", () => {
  let watch: { stop(): Promise<void> } | undefined;
  afterEach(() => watch?.stop());

  /** An engine whose events the test writes; `end` breaks the stream off. */
  const written = () => {
    const streams: PassThrough[] = [];
    let here = true;
    let triedInVain = 0;
    const engine = {
      forget: () => undefined,
      ping: () => (here ? Promise.resolve() : Promise.reject(new Error("away"))),
      stream: (_call: unknown, signal: AbortSignal) => {
        if (!here) {
          triedInVain += 1;
          return Promise.reject(new Error("away"));
        }
        const stream = new PassThrough();
        signal.addEventListener("abort", () => stream.destroy());
        streams.push(stream);
        return Promise.resolve(stream);
      },
    } as unknown as Engine;
    return {
      engine,
      get triedInVain() {
        return triedInVain;
      },
      write: (text: string) => streams.at(-1)?.write(text),
      leave: () => {
        here = false;
        streams.at(-1)?.destroy(new Error("cut"));
      },
      comeBack: () => {
        here = true;
      },
    };
  };

  it("tells what changed, gathered and by kind, whatever else comes", async () => {
    const source = written();
    const told: Change[] = [];
    const heard: string[] = [];
    let opened = 0;
    watch = watchEngine(source.engine, {
      tell: (change) => told.push(change),
      each: ({ Action = "" }) => heard.push(Action),
      opened: () => (opened += 1),
    });
    await vi.waitFor(() => expect(told).toHaveLength(1), { timeout: 4_000 });
    expect(told[0]).toMatchObject({ reachable: true, containers: [] });
    expect(told[0]?.kinds).toContain("volume");
    for (const one of [
      event("container", "start", "x"),
      event("container", "top", "y"),
      event("image", "pull"),
    ])
      source.write(`${JSON.stringify(one)}\n`);
    source.write("no json at all\n");
    source.write(JSON.stringify(event("volume", "créate")).slice(0, 20));
    source.write(`${JSON.stringify(event("volume", "créate")).slice(20)}\n`);
    await vi.waitFor(() => expect(told).toHaveLength(2), { timeout: 4_000 });
    expect(told[1]).toEqual({
      reachable: true,
      kinds: ["container", "image", "volume"],
      containers: ["x"],
    });
    expect(heard).toEqual(["start", "top", "pull", "créate"]);
    expect(opened).toBe(1);
  });

  it("tells once that it went away, and that everything may have changed when it is back", async () => {
    const source = written();
    const told: Change[] = [];
    watch = watchEngine(source.engine, { tell: (change) => told.push(change) });
    await vi.waitFor(() => expect(told).toHaveLength(1), { timeout: 4_000 });
    source.leave();
    await vi.waitFor(() => expect(told).toHaveLength(2), { timeout: 4_000 });
    expect(told[1]).toEqual({ reachable: false, kinds: [], containers: [] });
    await vi.waitFor(() => expect(source.triedInVain).toBeGreaterThan(1), { timeout: 10_000 });
    expect(told).toHaveLength(2);
    source.comeBack();
    await vi.waitFor(() => expect(told).toHaveLength(3), { timeout: 10_000 });
    expect(told[2]).toMatchObject({ reachable: true });
    expect(told[2]?.kinds).toHaveLength(5);
  }, 15_000);
});
