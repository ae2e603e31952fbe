import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../../../support/until.ts";
import { type Ground, startGround } from "../a-ground.ts";
import { stateOf } from "./process-state.ts";

const spinning = (isolation: string): string => `
  import { defineExecutor, Type } from "longshore/executor";
  export const executor = defineExecutor({
    type: "test.${isolation}", title: "Spins", isolation: "${isolation}", payload: Type.Object({}),
    run: async (context) => {
      context.output("stdout", "pid " + process.pid + ".");
      await new Promise((resolve) => setTimeout(resolve, 300));
      for (;;);
    },
  });`;

const KINDS = ["inline", "thread", "process"];
let ground: Ground;
beforeAll(async () => {
  ground = await startGround({}, Object.fromEntries(KINDS.map((kind) => [kind, spinning(kind)])));
}, 60_000);
afterAll(() => ground.stop());

it("work that never yields ends with a runner that is killed", async () => {
  const ids = await Promise.all(KINDS.map((kind) => ground.begin(`test.${kind}`, {})));
  const said = await Promise.all(ids.map((id) => ground.said(id, /pid (\d+)\./)));
  const pids = said.map(([, pid]) => Number(pid));
  expect(pids.map(stateOf)).not.toContain(null);
  await ground.runner.kill9();
  await until("they are gone", () => pids.every((pid) => stateOf(pid) === null), 15_000);
}, 60_000);
