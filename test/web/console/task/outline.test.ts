import { expect, test } from "vitest";
import { taskMachine } from "#schema/task.machine.ts";
import { TASK_STATES } from "#schema/task.evolve.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { statePath } from "#schema/task.evolve.ts";
import {
  chartOutline,
  isActive,
  type OutlineState,
  possibleNext,
} from "../../../../web/console/src/task/outline.ts";
import { EXAMPLES } from "../../../support/task-examples.ts";
import { ToldJournal } from "../told-facts.ts";

const flat = (states: readonly OutlineState[]): readonly OutlineState[] =>
  states.flatMap((state) => [state, ...flat(state.children)]);
const drawn = flat(chartOutline());

interface ConfigNode {
  readonly states?: Readonly<Record<string, ConfigNode>>;
  readonly on?: Readonly<Record<string, unknown>>;
}

/** The machine as it was written down, read without the code under test. */
const written = (
  node: ConfigNode,
  path: string,
): readonly { path: string; event: string; arrows: number }[] => [
  ...Object.entries(node.on ?? {}).map(([event, arrows]) => ({
    path,
    event,
    arrows: Array.isArray(arrows) ? arrows.length : 1,
  })),
  ...Object.entries(node.states ?? {}).flatMap(([name, child]) =>
    written(child, path === "" ? name : `${path}.${name}`),
  ),
];

test("every state of the machine is drawn, in its order, and nothing else", () => {
  expect(drawn.map(({ path }) => path).filter((path) => !path.includes("."))).toEqual(
    Object.keys(taskMachine.config.states ?? {}),
  );
  expect(drawn.map(({ path }) => path)).toEqual(expect.arrayContaining([...TASK_STATES, "running.starting"]));
});

test("every arrow of the machine is drawn at its state, and nothing else", () => {
  const all = written(taskMachine.config as ConfigNode, "");
  expect(all.length).toBeGreaterThan(50);
  for (const { path, event, arrows } of all) {
    const state = drawn.find((each) => each.path === path);
    expect(
      state?.arrows.filter((arrow) => arrow.event === event),
      `${path} on ${event}`,
    ).toHaveLength(arrows);
  }
  expect(drawn.flatMap(({ arrows }) => arrows)).toHaveLength(
    all.reduce((sum, { arrows }) => sum + arrows, 0),
  );
});

test("every arrow leads to a state that is drawn", () => {
  const paths = new Set(drawn.map(({ path }) => path));
  for (const { to } of drawn.flatMap(({ arrows }) => arrows)) expect(paths).toContain(to);
});

/** Tasks in every state the chart can be in, found by walking it. */
const reachable = (): ReadonlyMap<string, ToldJournal> => {
  const events = Object.values(EXAMPLES).filter(({ type }) => type !== "submitted") as readonly TaskEvent[];
  const found = new Map<string, ToldJournal>();
  const walk = (path: readonly TaskEvent[]): void => {
    const journal = new ToldJournal();
    journal.submit("a");
    for (const event of path) journal.happen("a", event);
    const state = statePath(journal.task("a"));
    if (found.has(state)) return;
    found.set(state, journal);
    for (const event of events) if (journal.task("a").can(event)) walk([...path, event]);
  };
  walk([]);
  return found;
};

test("what is lit as possible next is what the machine would take, for every state", () => {
  const states = reachable();
  expect(states.size).toBeGreaterThan(10);
  for (const [state, journal] of states) {
    const lit = possibleNext(journal.whole("a"));
    const events = new Set(
      drawn
        .filter(({ path }) => isActive(path, state))
        .flatMap(({ arrows }) => arrows)
        .filter(({ id }) => lit.has(id))
        .map(({ event }) => event),
    );
    for (const event of Object.values(EXAMPLES) as readonly TaskEvent[]) {
      // A wish for another plan is refused whatever the chart shows.
      if (event.type === "submitted" || event.type === "approved") continue;
      expect(events.has(event.type), `${event.type} in ${state}`).toBe(journal.task("a").can(event));
    }
  }
});
