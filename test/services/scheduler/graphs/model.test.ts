import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AFTER_OTHERWISE, AFTER_WHEN, type AfterPolicy } from "#schema/task.definition.ts";
import { type End, aGraph, reborn } from "./a-graph.ts";

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

const policies = fc.record({
  when: fc.constantFrom(...AFTER_WHEN),
  otherwise: fc.constantFrom(...AFTER_OTHERWISE),
});
const steps = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("submit" as const),
      after: fc.array(fc.nat(9), { maxLength: 4 }),
      policy: policies,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("end" as const),
      at: fc.nat(9),
      how: fc.constantFrom<End>("succeeded", "partial", "failed", "cancelled"),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("hold" as const, "resume" as const, "revive" as const),
      at: fc.nat(9),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom("store" as const, "forget" as const, "restart" as const) }),
  },
);

describe("graphs of tasks", () => {
  it(
    "do what a list that is looked at from the beginning each time does: with ends, pauses, revivals, lost writes and restarts",
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 40 }), async (script) => {
          let graph = aGraph();
          let nodes: Node[] = [];
          let kept = structuredClone(nodes);
          const idOf = (index: number): string => `node-${index}`;
          for (const step of script) {
            const at = "at" in step && nodes.length > 0 ? step.at % nodes.length : 0;
            const node = nodes[at];
            if (step.do === "submit") {
              const after = [
                ...new Set(nodes.length === 0 ? [] : step.after.map((first) => first % nodes.length)),
              ];
              graph.submitted({
                id: idOf(nodes.length),
                ...(after.length > 0 ? { after: after.map(idOf), afterPolicy: step.policy } : {}),
              });
              nodes.push({ after, policy: step.policy, state: "pending" });
            } else if (step.do === "end" && node?.state === "queued") {
              graph.end(idOf(at), step.how);
              node.state = step.how;
            } else if (step.do === "hold" && node?.state === "pending") {
              graph.record(idOf(at), { type: "held" });
              node.state = "held";
            } else if (step.do === "resume" && node?.state === "held") {
              graph.record(idOf(at), { type: "resumed" });
              node.state = "pending";
            } else if (
              step.do === "revive" &&
              node &&
              SETTLED.includes(node.state) &&
              node.state !== "succeeded"
            ) {
              await graph.revive(idOf(at));
              node.state = "queued";
            } else if (step.do === "forget") {
              graph.paper.forget();
              nodes = structuredClone(kept);
            } else if (step.do === "restart") {
              graph.paper.store();
              graph = aGraph(reborn(graph));
            }
            graph.turn();
            settleDown(nodes);
            if (step.do === "store" || step.do === "restart" || step.do === "revive") {
              graph.paper.store();
              kept = structuredClone(nodes);
            }
            expect(nodes.map((_, index) => graph.stateOf(idOf(index)))).toEqual(
              nodes.map(
                ({ state }) =>
                  (
                    ({ held: "paused", succeeded: "completed", partial: "completed" }) as Partial<
                      Record<Node["state"], string>
                    >
                  )[state] ?? state,
              ),
            );
          }
        }),
        { numRuns: 500 },
      );
    },
  );
});
