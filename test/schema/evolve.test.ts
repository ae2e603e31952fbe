import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { transition } from "xstate";
import type { TaskEvent } from "#schema/task.events.ts";
import { evolve, type Task, unborn } from "#schema/task.evolve.ts";
import { taskMachine } from "#schema/task.machine.ts";
import { BIRTHS, EXAMPLES } from "../support/task-examples.ts";

const birth = fc.constantFrom(...BIRTHS);
const life = fc.array(fc.nat(), { maxLength: 40 });
const events = Object.values(EXAMPLES).filter(({ type }) => type !== "submitted");

const plain = ({ value, context, status, tags, _nodes }: Task): unknown => ({
  value,
  context,
  status,
  tags,
  nodes: _nodes.map(({ id }) => id).sort(),
});

describe("a step of a task", () => {
  it("leads where XState's own transition leads, whatever has happened before", () => {
    fc.assert(
      fc.property(birth, life, (first, choices) => {
        let task = unborn();
        const step = (event: TaskEvent): void => {
          const [expected, actions] = transition(taskMachine, task, event);
          task = evolve(task, event);
          expect(plain(task)).toEqual(plain(expected));
          // Whatever would have to be done outside of the chart would be lost.
          expect(actions).toEqual([]);
        };
        step(first);
        for (const choice of choices) {
          const legal = events.filter((event) => task.can(event));
          const event = legal[choice % legal.length];
          if (event) step(event);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("leaves the task before it as it was", () => {
    const before = unborn();
    const kept = structuredClone(plain(before));
    evolve(before, EXAMPLES.submitted);
    expect(plain(before)).toEqual(kept);
    expect(evolve(unborn(), EXAMPLES.submitted).value).toBe("queued");
  });
});
