import { expect, test } from "vitest";
import { ACTIONS, previewOf } from "../../../../web/console/src/containers/bulk-action.ts";
import { choose, chooseAll, NONE } from "../../../../web/console/src/show/selection.ts";
import { container } from "../resources/resource-rows.ts";

const names = (rows: readonly { name: string }[]): readonly string[] => rows.map(({ name }) => name);

test("a protected container is in no action, and its reason is told", () => {
  const mine = container("postgres", { protected: "it is labelled longshore.protect" });
  for (const action of ACTIONS) {
    const { chosen, left } = previewOf(action, [mine]);
    expect(chosen).toEqual([]);
    expect(left).toEqual([{ row: mine, why: "it is labelled longshore.protect" }]);
  }
});

test.each([
  ["start", ["exited", "created"]],
  ["stop", ["running", "paused", "restarting"]],
  ["restart", ["running", "paused", "restarting"]],
  ["pause", ["running"]],
  ["unpause", ["paused"]],
  ["kill", ["running", "paused", "restarting"]],
  ["remove", ["exited", "created", "dead"]],
] as const)("%s acts on %j and says why not on the rest", (action, on) => {
  const states = ["running", "exited", "created", "paused", "restarting", "removing", "dead"];
  const { chosen, left } = previewOf(
    action,
    states.map((state) => container(state, { state })),
  );
  expect(names(chosen).toSorted()).toEqual([...on].toSorted());
  expect(left.every(({ why }) => why.length > 0)).toBe(true);
  expect(chosen.length + left.length).toBe(states.length);
});

test("who is deleted by being stopped is named beforehand; starting deletes nobody", () => {
  const rows = [container("job", { autoRemove: true }), container("web")];
  expect(names(previewOf("stop", rows).vanishing)).toEqual(["job"]);
  expect(names(previewOf("kill", rows).vanishing)).toEqual(["job"]);
  expect(previewOf("start", [container("job", { autoRemove: true, state: "exited" })]).vanishing).toEqual([]);
});

test("Shift selects the range in the order that is shown, in both directions", () => {
  const order = ["a", "b", "c", "d"];
  const down = choose(choose(NONE, "b", order, false), "d", order, true);
  expect([...down.ids].toSorted()).toEqual(["b", "c", "d"]);
  const up = choose(choose(NONE, "c", order, false), "a", order, true);
  expect([...up.ids].toSorted()).toEqual(["a", "b", "c"]);
});

test("select all takes what the filter shows and keeps what was chosen before; again lets go of the shown", () => {
  const before = choose(NONE, "hidden", ["hidden"], false);
  const all = chooseAll(before, ["a", "b"]);
  expect([...all.ids].toSorted()).toEqual(["a", "b", "hidden"]);
  expect([...chooseAll(all, ["a", "b"]).ids]).toEqual(["hidden"]);
});
