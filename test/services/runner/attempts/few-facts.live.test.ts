import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AttemptReportBody } from "#schema/reports.ts";
import { startContainers, type TestContainers } from "../../../support/containers.ts";
import { lacks } from "../../../support/needs.ts";
import { type Ground, startGround } from "../a-ground.ts";
import { bulkRuns } from "../executors/docker/bulk/bulk-run.ts";
import type { PeerTask } from "../peer-tasks.ts";
import type { Peer } from "../peer.ts";

const COUNT = 32;

describe.skipIf(lacks.docker)("the facts of a bulk run", () => {
  let ground: Ground;
  let peer: Peer;
  let containers: TestContainers;
  let runs: ReturnType<typeof bulkRuns>;

  beforeAll(async () => {
    [ground, containers] = await Promise.all([startGround(), startContainers(COUNT)]);
    ({ peer } = ground);
    runs = bulkRuns(peer);
  }, 120_000);
  afterAll(async () => {
    await ground.stop();
    await containers.remove();
  }, 60_000);

  const bodies = (task: PeerTask): AttemptReportBody[] => task.reports.map(({ body }) => body);
  const outcomesOf = (task: PeerTask, index: number): string[] =>
    bodies(task)
      .flatMap((body) => (body.type === "items-recorded" ? body.items : []))
      .filter((item) => item.index === index)
      .map(({ outcome }) => outcome);

  it("state for each container that it is begun and then that it is done, several to a fact", async () => {
    const task = await runs.run({ action: "stop", ids: [...containers.names] });
    for (let index = 0; index < COUNT; index += 1) expect(outcomesOf(task, index)).toEqual(["begun", "done"]);
    const facts = bodies(task).filter(({ type }) => type === "items-recorded");
    expect(facts.length).toBeLessThan(COUNT);
    expect(bodies(task).filter(({ type }) => type === "checkpointed")).toEqual([]);
  }, 60_000);

  it("state nothing as begun where there is nothing to do", async () => {
    const task = await runs.run({ action: "stop", ids: [...containers.names] });
    for (let index = 0; index < COUNT; index += 1) expect(outcomesOf(task, index)).toEqual(["unchanged"]);
    expect(bodies(task).filter(({ type }) => type === "items-recorded").length).toBeLessThan(8);
  }, 60_000);
});
