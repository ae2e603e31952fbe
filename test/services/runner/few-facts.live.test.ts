import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { provision } from "#infra/nats/provision.ts";
import type { AttemptReportBody } from "#schema/reports.ts";
import { startContainers, type TestContainers } from "../../support/containers.ts";
import { lacks } from "../../support/needs.ts";
import { startNats, type TestNats } from "../../support/stack.ts";
import { bulkRuns } from "./bulk-run.ts";
import type { PeerTask } from "./peer-tasks.ts";
import { openPeer, type Peer } from "./peer.ts";
import { type RunnerProcess, startRunnerProcess } from "./program.ts";

const COUNT = 32;

describe.skipIf(lacks.docker)("the facts of a bulk run", () => {
  let nats: TestNats;
  let peer: Peer;
  let runner: RunnerProcess;
  let containers: TestContainers;
  let runs: ReturnType<typeof bulkRuns>;

  beforeAll(async () => {
    [nats, containers] = await Promise.all([startNats(), startContainers(COUNT)]);
    await provision({ url: nats.url, seedFile: nats.seedFile("provisioner"), dataFree: 1e9 });
    peer = await openPeer(nats);
    runner = await startRunnerProcess(nats);
    await peer.until("hello", () => peer.hellos.length > 0);
    runs = bulkRuns(peer);
  }, 120_000);
  afterAll(async () => {
    await runner.stop();
    await containers.remove();
    await peer.close();
    await nats.stop();
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
