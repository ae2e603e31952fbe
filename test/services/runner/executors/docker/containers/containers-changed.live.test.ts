import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { markAt } from "#schema/items.ts";
import { lacks } from "../../../../../support/needs.ts";
import { type BulkGround, bulkGround } from "../bulk/a-bulk-ground.ts";
import type { PeerTask } from "../../../peer-tasks.ts";

/** Enough that a pause meets a removal on its way. */
const COUNT = 20;

describe.skipIf(lacks.docker)("what changes between a plan and its run", () => {
  const docker = new Docker();
  let ground: BulkGround;
  beforeAll(async () => {
    ground = await bulkGround(COUNT);
  }, 120_000);
  afterAll(() => ground.end(), 60_000);

  const at = (index: number) => docker.getContainer(ground.containers.names[index] ?? "");
  const outcomes = (task: PeerTask): string[] =>
    task.items
      .toSorted((a, b) => a.index - b.index)
      .map(({ outcome, code }) => (code === undefined ? outcome : `${outcome}:${code}`));
  const plan = (action: string, more = {}): Promise<string> =>
    ground.runs.plan({ action, ids: [...ground.containers.names], ...more });
  const planned = (id: string) => {
    const told = ground.peer.task(id).reports.find(({ body }) => body.type === "planned");
    return told?.body.type === "planned" ? told.body.plan : undefined;
  };

  it("stops what was restarted by hand, and leaves alone what was started by hand", async () => {
    await at(0).stop();
    const id = await plan("stop");
    expect(planned(id)?.items[0]?.note).toBe("Nothing to do: it is exited.");
    await at(0).start();
    await at(1).restart();
    await at(2).stop();
    await ground.peer.assign(id);
    const task = await ground.runs.settled(id);
    const rest = ground.containers.names.slice(3).map(() => "done");
    expect(outcomes(task)).toEqual(["skipped:changed", "done", "unchanged", ...rest]);
    expect((await at(0).inspect()).State.Running).toBe(true);
  }, 60_000);

  it("restarts stopped ones only when it is asked to, and none that was restarted by hand", async () => {
    const ids = ground.containers.names.slice(0, 3);
    const without = await ground.runs.run({ action: "restart", ids: ids.slice(0, 2) });
    expect(outcomes(without)).toEqual(["done", "skipped:not-running"]);
    const id = await plan("restart", { ids, alsoStopped: true });
    await at(0).restart();
    await ground.peer.assign(id);
    expect(outcomes(await ground.runs.settled(id))).toEqual(["skipped:changed", "done", "done"]);
    const wrong = await ground.runs.run({ action: "stop", ids, alsoStopped: true });
    expect(wrong.reports.at(-1)?.body).toMatchObject({ error: { code: "invalid-payload" } });
  }, 60_000);

  it("is only told of in a dry run, and refused for a host nobody knows", async () => {
    const ids = ground.containers.names.slice(0, 2);
    const task = await ground.runs.run({ action: "stop", ids, dryRun: true });
    expect(task.state).toBe("completed");
    expect(outcomes(task)).toEqual(["skipped:dry-run", "skipped:dry-run"]);
    expect(planned(task.id)?.engine?.id).toBe(((await docker.info()) as { ID: string }).ID);
    expect((await at(0).inspect()).State.Running).toBe(true);
    const nowhere = await ground.runs.run({ action: "stop", ids, host: "nowhere" });
    expect(nowhere.reports.at(-1)?.body).toMatchObject({ error: { code: "unknown-host" }, retryable: false });
  }, 60_000);

  it("is skipped when the run was paused meanwhile: what was started, or used, is not removed", async () => {
    await ground.runs.run({ action: "kill", ids: [...ground.containers.names] });
    // It is not through before the pause is heard.
    ground.proxy.slowDown(100);
    const id = await ground.begin("remove", { concurrency: 1 });
    await ground.runs.doneAtLeast(id, 2);
    await ground.peer.fact(id, { type: "pause-requested" });
    const paused = await ground.runs.settled(id);
    ground.proxy.slowDown(0);
    expect(paused.state).toBe("paused");
    const open = [...ground.containers.names.keys()].filter(
      (index) => markAt(paused.context.marks, index) === 0,
    );
    const [started = -1, used = -1] = open;
    await at(started).start();
    await at(used).start();
    await at(used).kill();
    await ground.peer.fact(id, { type: "resumed" });
    await ground.peer.assign(id);
    const task = await ground.runs.settled(id);
    expect(task.context.counts).toMatchObject({ done: COUNT - 2, skipped: 2, failed: 0 });
    const skipped = task.items.filter(({ outcome }) => outcome === "skipped");
    expect(skipped.map(({ index, code, message }) => ({ index, code, message }))).toEqual([
      {
        index: started,
        code: "changed",
        message: "It was exited when the plan was made, and is running now.",
      },
      { index: used, code: "changed", message: "It has been started since the plan was made." },
    ]);
    expect((await at(started).inspect()).State.Running).toBe(true);
  }, 60_000);
});
