import { describe, expect, it } from "vitest";
import type { Listed } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import {
  chooseContainers,
  planItems,
} from "../../../../../../services/runner/executors/docker/containers/plan.ts";
import {
  findOwn,
  ownIds,
  protectionOf,
} from "../../../../../../services/runner/executors/docker/containers/protect.ts";

const idOf = (start: string): string => start.padEnd(64, "0");
const container = (start: string, name: string, labels: Record<string, string> = {}, state = "running") =>
  ({ Id: idOf(start), Names: [`/${name}`], Labels: labels, State: state }) as unknown as Listed;
const listed = [
  container("abcd1", "web-1", { team: "web", env: "prod" }),
  container("abcd2", "web-2", { team: "web", env: "test" }, "exited"),
  container("beef3", "db", { team: "data" }),
  container("cafe4", "abcd1"),
];
const nobody = { own: { ids: new Set<string>(), project: undefined }, autoRemoved: new Map() };
const chosen = (ids: string[]) => {
  const found = chooseContainers({ action: "stop", ids }, listed);
  return found.ok ? found.containers.map(({ Id }) => Id.slice(0, 5)) : found.error.code;
};
const selected = (select: object) => {
  const found = chooseContainers({ action: "stop", select }, listed);
  return found.ok ? found.containers.map(({ Names }) => Names[0]) : found.error.code;
};

describe("naming containers", () => {
  it("takes full ids, names and unique beginnings, each container once", () => {
    expect(chosen([idOf("beef3"), "db", "beef"])).toEqual(["beef3"]);
    expect(chosen(["web-2", "web-1"])).toEqual(["abcd2", "abcd1"]);
  });
  it("prefers a name to a beginning of an id, as the engine does", () => {
    expect(chosen(["abcd1"])).toEqual(["cafe4"]);
  });
  it("refuses what is unknown or means several, naming it", () => {
    expect(chosen(["nobody"])).toBe("unknown-container");
    expect(chosen(["abcd"])).toBe("ambiguous-container");
    const found = chooseContainers({ action: "stop", ids: ["db", "x1", "x2"] }, listed);
    expect(!found.ok && found.error.message).toBe("The engine has no such container: x1, x2.");
  });
});

describe("selecting containers", () => {
  it("wants every condition met, and sorts by name", () => {
    expect(selected({ labels: { team: "web" } })).toEqual(["/web-1", "/web-2"]);
    expect(selected({ labels: { team: "" } })).toEqual(["/db", "/web-1", "/web-2"]);
    expect(selected({ labels: { team: "web", env: "prod" } })).toEqual(["/web-1"]);
    expect(selected({ state: ["exited"] })).toEqual(["/web-2"]);
    expect(selected({ name: "web", state: ["running"] })).toEqual(["/web-1"]);
    expect(selected({ name: "nothing" })).toEqual([]);
  });
  it("refuses more than one task may hold", () => {
    const many = Array.from({ length: 10_001 }, (_, index) => container(index.toString(16), `c${index}`));
    const found = chooseContainers({ action: "stop", select: { name: "c" } }, many);
    expect(!found.ok && found.error.code).toBe("too-many");
  });
});

describe("a plan", () => {
  it("skips what is protected and notes what will be deleted", () => {
    const [web] = listed;
    const guarded = container("dead5", "guarded", { "longshore.protect": "" });
    const autoRemoved = new Map([[idOf("abcd1"), true]]);
    expect(planItems([web!, guarded], { ...nobody, autoRemoved })).toEqual([
      { id: idOf("abcd1"), name: "web-1", note: expect.stringContaining("--rm") },
      { id: idOf("dead5"), name: "guarded", skip: "It is labelled longshore.protect." },
    ]);
  });
});

describe("protection", () => {
  const own = { ids: new Set([idOf("f00d")]), project: "ours" };
  it.each([
    [idOf("f00d"), {}, /Longshore itself/],
    [idOf("1"), { "com.docker.compose.project": "ours" }, /own project "ours"/],
    [idOf("1"), { "longshore.protect": "yes" }, /longshore.protect/],
    [idOf("1"), { "com.docker.swarm.task.id": "t" }, /Docker Swarm/],
    [idOf("1"), { "io.kubernetes.pod.uid": "p" }, /Kubernetes/],
  ])("leaves %s with %o alone", (id, labels, reason) => {
    expect(protectionOf(id, labels as Record<string, string>, own)).toMatch(reason);
  });
  it("leaves others to the task", () => {
    expect(protectionOf(idOf("1"), { "longshore.protect": "false" }, own)).toBeNull();
    expect(protectionOf(idOf("1"), { "com.docker.compose.project": "theirs" }, own)).toBeNull();
    expect(findOwn(listed).ids.size).toBe(0);
  });
  it("knows its own container by what the engine mounts, and not by what others have mounted", () => {
    const [mine, other] = [idOf("aa"), idOf("bb")];
    const mountinfo = [
      `700 600 254:1 /var/lib/docker/containers/${mine}/hostname /etc/hostname rw - ext4 /dev/vda1 rw`,
      `701 600 254:1 /var/lib/docker/containers/${other}/mounts/shm /var/lib/docker/x rw - tmpfs shm rw`,
    ].join("\n");
    expect(ownIds(mountinfo, "")).toEqual([mine]);
    expect(ownIds("", `5:cpu:/docker/${mine}\n0::/system.slice/docker-${mine}.scope`)).toEqual([mine]);
    expect(ownIds("", "0::/user.slice/user-0.slice")).toEqual([]);
  });
});
