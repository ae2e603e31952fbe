import { describe, expect, it } from "vitest";
import type { Finding } from "../../../../../../services/runner/executors/docker/containers/findings.ts";
import type { ContainersPayload } from "../../../../../../services/runner/executors/docker/containers/payload.ts";
import { planItems } from "../../../../../../services/runner/executors/docker/containers/plan.ts";
import { listedAs } from "./listed-as.ts";

const web = listedAs("web-1", { labels: { team: "web" } });
const down = listedAs("web-2", { state: "exited" });
const frozen = listedAs("web-3", { state: "paused" });
const guarded = listedAs("guarded", { labels: { "longshore.protect": "" } });
const listed = [web, down, frozen, guarded];
const found = (more: Partial<Finding> = {}): Finding => ({
  autoRemove: false,
  startedAt: "2026-11-21T10:00:00Z",
  restarts: 0,
  stopSeconds: 10,
  ...more,
});
const plan = (payload: Partial<ContainersPayload>, findings: [string, Finding][] = []) =>
  planItems({ action: "stop", ids: ["x"], ...payload }, listed, {
    own: { ids: new Set<string>(), project: undefined },
    listed,
    findings: new Map(findings),
  });
const short = (payload: Partial<ContainersPayload>): string[] =>
  plan(payload).map(({ name, rule, skip }) => `${name}: ${skip === undefined ? "act" : rule}`);

describe("a plan of bulk work on containers", () => {
  it("says of each what it is acted on for, and how it looked", () => {
    expect(plan({}, [[web.Id, found({ restarts: 2 })]])[0]).toEqual({
      kind: "container",
      id: web.Id,
      name: "web-1",
      createdAt: "2026-11-21T09:00:00.000Z",
      rule: "named",
      why: "It was named.",
      looks: "running 2026-11-21T10:00:00Z 2",
    });
  });

  it("leaves alone what is protected and what the action is not for, and says why", () => {
    expect(plan({})[3]).toMatchObject({ skip: "It is labelled longshore.protect.", protected: true });
    expect(short({ action: "stop" })).toEqual([
      "web-1: act",
      "web-2: act",
      "web-3: act",
      "guarded: protected",
    ]);
    expect(short({ action: "start" })[2]).toBe("web-3: paused");
    expect(short({ action: "pause" })[1]).toBe("web-2: not-running");
    expect(short({ action: "restart" })[1]).toBe("web-2: not-running");
    expect(short({ action: "restart", alsoStopped: true })[1]).toBe("web-2: act");
    expect(short({ action: "remove" })).toEqual([
      "web-1: running",
      "web-2: act",
      "web-3: running",
      "guarded: protected",
    ]);
    expect(plan({ action: "remove" })[0]).toMatchObject({ protected: true });
    expect(plan({ action: "pause" })[1]).toMatchObject({ protected: false });
  });

  it("notes what stopping deletes, how long it may take, and where there is nothing to do", () => {
    const note = (payload: Partial<ContainersPayload>, finding: Finding): string | undefined =>
      plan(payload, [[web.Id, finding]])[0]?.note;
    expect(note({}, found({ autoRemove: true }))).toMatch(/--rm: stopping it deletes it/);
    expect(note({ action: "restart" }, found({ autoRemove: true })), "a restart keeps it").toBeUndefined();
    expect(note({}, found({ stopSeconds: 120 }))).toBe("It is given 120 s to end by itself.");
    expect(plan({})[1]?.note).toBe("Nothing to do: it is exited.");
    expect(plan({ action: "pause" })[2]?.note).toBe("Nothing to do: it is paused.");
  });
});
