import { describe, expect, it } from "vitest";
import { planContainers } from "../../../../../../services/runner/executors/docker/prune/plan-containers.ts";
import { container, going, hoursAgo, idOf, rules, rulesBy, survey } from "./a-survey.ts";

const keepA = { keepA: "" };
const keepB = { keepB: "yes" };

describe("which containers go", () => {
  const containers = [
    container("running", { state: "running" }),
    container("paused", { state: "paused" }),
    container("restarting", { state: "restarting" }),
    container("removing", { state: "removing" }),
    container("just-created", { state: "created", createdAt: hoursAgo(0.5) }),
    container("never-started", { state: "created" }),
    container("just-exited", { endedAt: hoursAgo(0.5) }),
    container("old"),
    container("keep-a", { labels: keepA }),
    container("keep-both", { labels: { ...keepA, ...keepB } }),
    container("not-b", { labels: { keepB: "no" } }),
    container("guarded", { labels: { "longshore.protect": "" } }),
    container("own"),
    container("swarm", { labels: { "com.docker.swarm.task.id": "t" } }),
    container("task", { labels: { "longshore.attempt": "a1" } }),
    container("db-1"),
  ];
  const own = { ids: new Set([idOf("own")]), project: undefined };

  it("is decided by state, grace, labels any of which is enough, names and whose they are", () => {
    const judged = planContainers(
      survey({ containers, own }),
      rules({ protect: { labels: ["keepA", "keepB=yes"], names: ["db-*"] } }),
      {},
    );
    expect(rulesBy(judged)).toEqual({
      running: "in-use",
      paused: "in-use",
      restarting: "in-use",
      removing: "removing",
      "just-created": "grace",
      "never-started": "never-started",
      "just-exited": "grace",
      old: "act:stopped",
      "keep-a": "label",
      "keep-both": "label",
      "not-b": "act:stopped",
      guarded: "protected",
      own: "protected",
      swarm: "protected",
      task: "own-run",
      "db-1": "name",
    });
  });

  it("includes those never started only when they are asked for", () => {
    const judged = planContainers(survey({ containers }), rules(), { neverStarted: true });
    expect(going(judged)).toContain("never-started");
    expect(going(judged)).not.toContain("just-created");
  });

  it("goes by the time since they ended, not since they were made", () => {
    const some = [
      container("made long ago", { endedAt: hoursAgo(30) }),
      container("ended long ago", { endedAt: hoursAgo(60) }),
    ];
    expect(
      going(planContainers(survey({ containers: some }), rules(), { olderThan: { stopped: "2d" } })),
    ).toEqual(["ended long ago"]);
    expect(
      rulesBy(planContainers(survey({ containers: some }), rules(), { olderThan: { created: "60d" } })),
    ).toEqual({ "made long ago": "too-young", "ended long ago": "too-young" });
  });

  it("says that anonymous volumes go along, when they do", () => {
    const some = [container("one", { anonymousVolumes: 2 })];
    const [without] = planContainers(survey({ containers: some }), rules(), {});
    const [withThem] = planContainers(survey({ containers: some }), rules(), { withVolumes: true });
    expect(without?.verdict.note).toBeUndefined();
    expect(withThem?.verdict.note).toBe("Its 2 anonymous volumes go with it.");
  });

  it("looks at nothing outside its scope", () => {
    const judged = planContainers(
      survey({ containers }),
      rules({ only: { labels: ["keepA", "keepB=yes"] } }),
      {},
    );
    expect(going(judged)).toEqual(["keep-a", "keep-both"]);
    expect(judged).toHaveLength(2);
  });
});
