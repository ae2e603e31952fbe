import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { drawing } from "#schema/task.drawing.ts";
import { TASK_STATES } from "#schema/task.evolve.ts";
import { taskMachine } from "#schema/task.machine.ts";

const readme = readFileSync(new URL("../../schema/README.md", import.meta.url), "utf8");

it("shows the statechart as it is", () => {
  expect(
    readme.includes(`\`\`\`mermaid\n${drawing()}\n\`\`\``),
    `schema/README.md should hold:\n${drawing()}`,
  ).toBe(true);
});

it("says in words what every state means, as the chart does", () => {
  for (const state of TASK_STATES) {
    const node = taskMachine.root.states[state];
    expect(readme).toContain(`| ${state} | ${node?.tags.join("")} | ${node?.description} |`);
  }
});
