import { describe, expect, it } from "vitest";
import type { Listed } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import {
  chooseContainers,
  reasonOf,
} from "../../../../../../services/runner/executors/docker/containers/choose.ts";

const idOf = (start: string): string => start.padEnd(64, "0");
const container = (start: string, name: string, labels: Record<string, string> = {}, state = "running") =>
  ({ Id: idOf(start), Names: [`/${name}`], Labels: labels, State: state }) as unknown as Listed;
const listed = [
  container("abcd1", "web-1", { team: "web", env: "prod" }),
  container("abcd2", "web-2", { team: "web", env: "test" }, "exited"),
  container("beef3", "db", { team: "data" }),
  container("cafe4", "abcd1"),
];
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

describe("the reason", () => {
  it("is the name, or every condition of the selection", () => {
    expect(reasonOf({ action: "stop", ids: ["db"] })).toEqual({ rule: "named", why: "It was named." });
    const select = { labels: { team: "web", env: "" }, state: ["running" as const], name: "w" };
    expect(reasonOf({ action: "stop", select })).toEqual({
      rule: "matches",
      why: 'It matches label team=web and label env and state running and "w" in its name.',
    });
  });
});
