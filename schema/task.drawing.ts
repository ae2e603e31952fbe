import { type AnyStateNode } from "xstate";
import { taskMachine } from "./task.machine.ts";

const nameOf = (node: AnyStateNode): string => node.path.join("_").replaceAll("-", "_") || node.key;

const arrowsOf = (node: AnyStateNode): Map<string, string[]> => {
  const arrows = new Map<string, string[]>();
  for (const transition of [...node.transitions.values()].flat()) {
    const guard = typeof transition.guard === "string" ? ` [${transition.guard}]` : "";
    for (const target of transition.target ?? []) {
      const arrow = `${nameOf(node)} --> ${nameOf(target)}`;
      arrows.set(arrow, [...(arrows.get(arrow) ?? []), `${transition.eventType}${guard}`]);
    }
  }
  return arrows;
};

const childrenOf = (node: AnyStateNode): AnyStateNode[] => Object.values(node.states);

const statesOf = (node: AnyStateNode, indent: string): string[] =>
  childrenOf(node).flatMap((child) => {
    const label = `${indent}state "${child.key}" as ${nameOf(child)}`;
    if (childrenOf(child).length === 0) return [label];
    const first = childrenOf(child).find((inner) => child.initial.target?.includes(inner));
    return [
      `${label} {`,
      `${indent}  [*] --> ${first ? nameOf(first) : ""}`,
      ...statesOf(child, `${indent}  `),
      `${indent}}`,
    ];
  });

const allArrows = (node: AnyStateNode): string[] => [
  ...[...arrowsOf(node)].map(([arrow, labels]) => `  ${arrow} : ${labels.join(", ")}`),
  ...childrenOf(node).flatMap(allArrows),
];

/** The statechart as Mermaid text; facts that change no state are left out. */
export const drawing = (): string => {
  const root = taskMachine.root as AnyStateNode;
  return ["stateDiagram-v2", "  [*] --> unborn", ...statesOf(root, "  "), ...allArrows(root)].join("\n");
};
