import { describe, expect, it } from "vitest";
import { capabilitiesFor, capabilitiesToSteer, type Capability } from "#schema/policy.ts";

describe("the rights a task takes", () => {
  it.each<[string, object, Capability[] | undefined, Capability[]]>([
    ["sleep", {}, undefined, ["operate"]],
    ["command", {}, undefined, ["operate", "exec"]],
    ["command", { shell: true }, undefined, ["operate", "exec", "shell"]],
    ["docker.containers", { names: ["web"] }, undefined, ["operate", "docker"]],
    ["docker.volumes.prune", { names: [] }, undefined, ["operate", "docker"]],
    ["docker.volumes.prune", { names: ["data"] }, undefined, ["operate", "docker", "volumes"]],
    ["docker.system.prune", { volumes: { names: ["data"] } }, undefined, ["operate", "docker", "volumes"]],
    ["backup", {}, ["exec", "operate"], ["operate", "exec"]],
    ["command", {}, ["docker"], ["operate", "exec", "docker"]],
  ])(
    "are those of its type, its payload and what the type declares: %s %j %j",
    (type, payload, needs, rights) => {
      expect(capabilitiesFor(type, payload, needs)).toEqual(rights);
    },
  );

  it("are taken by running it again and by a yes, which for volumes takes one more", () => {
    const toRun = ["operate", "docker"] as const;
    expect(capabilitiesToSteer({ type: "retry" }, toRun)).toEqual(toRun);
    expect(capabilitiesToSteer({ type: "approve" }, toRun)).toEqual(toRun);
    expect(capabilitiesToSteer({ type: "approve", volumes: [] }, toRun)).toEqual(toRun);
    expect(capabilitiesToSteer({ type: "approve", volumes: [3] }, toRun)).toEqual([...toRun, "volumes"]);
    expect(capabilitiesToSteer({ type: "cancel" }, toRun)).toEqual(["operate"]);
  });
});
