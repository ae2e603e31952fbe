import { expect, it } from "vitest";
import { createLog } from "#infra/log.ts";
import type { Engine } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import { startContainerSweep } from "../../../../../../services/runner/executors/docker/run/sweep.ts";

it("what an earlier runner left is ended beside containers of which the engine tells no labels", async () => {
  const ended: string[] = [];
  const left = { "longshore.runner": "us", "longshore.owner": "1-0", "longshore.attempt": "a" };
  const engine = {
    list: () =>
      Promise.resolve([
        { Id: "theirs", Labels: null },
        { Id: "ours", Labels: left },
      ]),
    discard: (id: string) => Promise.resolve(void ended.push(id)),
  } as unknown as Engine;
  const sweep = await startContainerSweep(engine, "us", createLog("test", "silent"));
  sweep.stop();
  expect(ended).toEqual(["ours"]);
});
