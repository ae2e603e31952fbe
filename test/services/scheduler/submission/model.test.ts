import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AFTER_OTHERWISE, AFTER_WHEN, type AfterPolicy } from "#schema/task.definition.ts";
import { reborn } from "../reborn.ts";
import { type End, aGraph } from "./a-graph.ts";

/** The model: a list of nodes looked at from the beginning after every step. */
interface Node {
  readonly after: readonly number[];
  readonly policy: AfterPolicy;
  state: "pending" | "held" | "queued" | End;
}

const SETTLED: readonly string[] = ["succeeded", "partial", "failed", "cancelled"];

const follows = ({ after, policy }: Node, nodes: readonly Node[]): Node["state"] => {
  const states = after.map((first) => nodes[first]?.state ?? "failed");
  const succeeded = states.filter((state) => state === "succeeded").length;
  const settled = states.filter((state) => SETTLED.includes(state)).length;
  const holds = {
    succeeded: succeeded === states.length,
    settled: settled === states.length,
    any: succeeded > 0,
  };
  if (states.length === 0 || holds[policy.when]) return "queued";
  const missed = { succeeded: settled > succeeded, settled: false, any: settled === states.length };
  if (!missed[policy.when]) return "pending";
  return ({ fail: "failed", skip: "cancelled", continue: "queued" } as const)[policy.otherwise];
};

const settleDown = (nodes: readonly Node[]): void => {
  for (let moved = true; moved;) {
    moved = false;
    for (const node of nodes) {
      if (node.state !== "pending") continue;
      node.state = follows(node, nodes);
      moved ||= node.state !== "pending";
    }
  }
};

interface Model {
  nodes: Node[];
  /** As they were when everything was stored. */
  kept: Node[];
}
interface Real {
  graph: ReturnType<typeof aGraph>;
}
type Step = fc.AsyncCommand<Model, Real>;

const PATHS: Partial<Record<Node["state"], string>> = {
  held: "paused",
  succeeded: "completed",
  partial: "completed",
};
const idOf = (index: number): string => `node-${index}`;

/** Any number means a node, when there is one. */
const meant = ({ nodes }: Model, any: number): { id: string; node: Node | undefined } => {
  const index = any % Math.max(1, nodes.length);
  return { id: idOf(index), node: nodes[index] };
};

const step = (
  name: string,
  may: (model: Model) => boolean,
  act: (model: Model, real: Real) => unknown,
): Step => ({
  toString: () => name,
  check: may,
  run: async (model, real) => {
    await act(model, real);
    real.graph.turn();
    settleDown(model.nodes);
    expect(model.nodes.map((_, index) => real.graph.stateOf(idOf(index)))).toEqual(
      model.nodes.map(({ state }) => PATHS[state] ?? state),
    );
  },
});

const submit = (named: readonly number[], policy: AfterPolicy): Step =>
  step(
    `submit after ${named.join()} ${policy.when} else ${policy.otherwise}`,
    () => true,
    ({ nodes }, { graph }) => {
      const after = nodes.length === 0 ? [] : [...new Set(named.map((first) => first % nodes.length))];
      const more = after.length > 0 ? { after: after.map(idOf), afterPolicy: policy } : {};
      graph.submitted({ id: idOf(nodes.length), ...more });
      nodes.push({ after, policy, state: "pending" });
    },
  );

/** From one of these states to another, and the fact that takes it there. */
const move = (
  any: number,
  { name, from, to }: { name: string; from: readonly Node["state"][]; to: Node["state"] },
  act: (real: Real, id: string, model: Model) => unknown,
): Step =>
  step(
    `${name} ${any}`,
    (model) => from.includes(meant(model, any).node?.state ?? "succeeded"),
    async (model, real) => {
      const { id, node } = meant(model, any);
      await act(real, id, model);
      if (node) node.state = to;
    },
  );

const store = (model: Model, { graph }: Real): void => {
  graph.paper.store();
  model.kept = structuredClone(model.nodes);
};

const any = fc.nat(9);
const policies = fc.record({
  when: fc.constantFrom(...AFTER_WHEN),
  otherwise: fc.constantFrom(...AFTER_OTHERWISE),
});
const submits = fc
  .tuple(fc.array(any, { maxLength: 4 }), policies)
  .map(([named, policy]) => submit(named, policy));
const ends = fc
  .tuple(any, fc.constantFrom<End>("succeeded", "partial", "failed", "cancelled"))
  .map(([at, how]) =>
    move(at, { name: how, from: ["queued"], to: how }, ({ graph }, id) => graph.end(id, how)),
  );
const steps = [
  submits,
  submits,
  ends,
  ends,
  any.map((at) =>
    move(at, { name: "hold", from: ["pending"], to: "held" }, ({ graph }, id) =>
      graph.record(id, { type: "held" }),
    ),
  ),
  any.map((at) =>
    move(at, { name: "resume", from: ["held"], to: "pending" }, ({ graph }, id) =>
      graph.record(id, { type: "resumed" }),
    ),
  ),
  any.map((at) =>
    move(
      at,
      { name: "revive", from: ["partial", "failed", "cancelled"], to: "queued" },
      async (real, id, model) => {
        // Only what is stored can be read back.
        store(model, real);
        await real.graph.revive(id);
      },
    ),
  ),
  fc.constant(step("store", () => true, store)),
  fc.constant(
    step(
      "forget",
      () => true,
      (model, { graph }) => {
        graph.paper.forget();
        model.nodes = structuredClone(model.kept);
      },
    ),
  ),
  fc.constant(
    step(
      "restart",
      () => true,
      (model, real) => {
        store(model, real);
        real.graph = aGraph(reborn(real.graph));
      },
    ),
  ),
];

describe("graphs of tasks", () => {
  it(
    "do what a list does that is looked at from the beginning each time, through pauses, revivals, lost writes and restarts",
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.commands(steps, { maxCommands: 60, size: "large" }), async (script) => {
          const begin = () => ({ model: { nodes: [], kept: [] } as Model, real: { graph: aGraph() } });
          await fc.asyncModelRun(begin, script);
        }),
        { numRuns: 400 },
      );
    },
  );
});
