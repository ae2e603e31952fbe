/** Plans, guards and locks with everything real: the scheduler, a runner process, an engine and its containers. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PlanHead } from "#schema/items.ts";
import type { TaskFact } from "#schema/envelope.ts";
import type { TaskCommand } from "#schema/task.commands.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import { startContainers, type TestContainers } from "../../../support/containers.ts";
import { aWorld, type World } from "../../../support/a-world.ts";
import { isGiven } from "../../../support/a-scheduler.ts";
import { until } from "../../../support/until.ts";
import { type RunnerProcess, startRunnerProcess } from "../../runner/program.ts";

const PATIENCE_MS = 60_000;

/** They take so long to end that one run acts while another still plans. */
const SLOW = { Cmd: ["/bin/sh", "-c", 'trap "sleep 3; exit 0" TERM; sleep 86400 & wait'] };

let world: World;
let runner: RunnerProcess;
let containers: TestContainers;

beforeAll(async () => {
  [world, containers] = await Promise.all([aWorld(), startContainers(4, { like: () => SLOW })]);
  runner = await startRunnerProcess(world.nats);
  await until(
    "the runner to announce its types",
    () => world.journal.facts.some(({ fact }) => fact.type === "joined"),
    PATIENCE_MS,
  );
}, 120_000);

afterAll(async () => {
  await runner.stop();
  await containers.remove();
  await world.end();
}, 60_000);

beforeEach(() => containers.startAll());

const bulk = (action: string, names: readonly string[]): Pick<SubmitBody, "type" | "payload"> => ({
  type: "docker.containers",
  payload: { action, ids: [...names] },
});

const submitted = async (task: Partial<SubmitBody>): Promise<string> => {
  const reply = await world.edge.submit(task);
  if (!reply.ok) throw new Error(reply.message);
  return reply.taskId;
};

const fact = (id: string, type: TaskFact["type"]): Promise<TaskFact & { seq: number }> =>
  until(`${type} of ${id}`, () => world.journal.of(id).findLast((found) => found.type === type), PATIENCE_MS);

const planOf = async (id: string): Promise<PlanHead> => (await fact(id, "planned")).data["plan"] as PlanHead;

describe("runs on real containers", () => {
  it("are one run where they were submitted with one key, and die once", { timeout: 120_000 }, async () => {
    await containers.forgetDeaths();
    const task = { ...bulk("stop", containers.names), idempotencyKey: "nightly" };
    const [first, second] = await Promise.all([world.edge.submit(task), world.edge.submit(task)]);
    if (!first.ok || !second.ok) throw new Error(JSON.stringify([first, second]));
    expect(second).toMatchObject({ taskId: first.taskId, repeated: true });
    await fact(first.taskId, "completed");
    const keyed = world.journal
      .taskFacts()
      .filter(({ data }) => (data["definition"] as TaskDefinition | undefined)?.idempotencyKey === "nightly");
    expect(keyed).toHaveLength(1);
    expect([...(await containers.deaths()).values()]).toEqual([1, 1, 1, 1]);
  });

  it(
    "act one after the other where they share a container, and side by side where they do not",
    { timeout: 120_000 },
    async () => {
      const [a = "", b = "", c = "", d = ""] = containers.names;
      // Both plan at once; what they then act on is locked.
      const ids = await Promise.all([
        submitted(bulk("restart", [a, b])),
        submitted(bulk("restart", [b, c])),
        submitted(bulk("restart", [d])),
      ]);
      await Promise.all(ids.map((id) => fact(id, "completed")));
      const spans = ids.map((id) => {
        const facts = world.journal.of(id);
        const acting = facts.filter(isGiven).at(-1);
        return {
          from: acting?.seq ?? 0,
          to: facts.at(-1)?.seq ?? 0,
          waits: facts.some((f) => f.type === "blocked"),
        };
      });
      const [one, other, apart] = spans as [(typeof spans)[0], (typeof spans)[0], (typeof spans)[0]];
      const [earlier, later] = one.from < other.from ? [one, other] : [other, one];
      expect(later.from).toBeGreaterThan(earlier.to);
      expect(later.waits).toBe(true);
      expect([earlier.waits, apart.waits]).toEqual([false, false]);
    },
  );

  it(
    "stop and ask where they exceed their guard, and touch only what a yes to that very plan has left",
    { timeout: 120_000 },
    async () => {
      const { wish } = world.edge;
      const id = await submitted({ ...bulk("stop", containers.names), guard: { items: 3 } });
      const plan = await planOf(id);
      expect(plan).toMatchObject({ acts: 4, ask: "It would act on 4 items, more than the 3 allowed." });
      expect((await fact(id, "planned")).to).toBe("awaiting-approval");
      const { number, hash = "" } = plan;
      const yes = { type: "approve", plan: number, hash } as const;
      const misfits: readonly [TaskCommand, string][] = [
        [{ ...yes, hash: "0".repeat(64) }, "The hash is not that of plan"],
        [{ ...yes, plan: number + 1 }, "is not the plan that waits"],
        [{ ...yes, except: [4] }, '"except" names item 4'],
      ];
      for (const [misfit, message] of misfits)
        expect(await wish(id, misfit)).toMatchObject({
          ok: false,
          code: "refused",
          message: expect.stringContaining(message) as string,
        });
      // Another scheduler knows the plan, its hash and its hour as well.
      await world.restart();
      expect(await wish(id, { ...yes, hash: "1".repeat(64) })).toMatchObject({ code: "refused" });
      expect(await wish(id, { ...yes, except: [0, 2] })).toMatchObject({ ok: true });
      const { whole } = await fact(id, "completed");
      expect(whole?.counts).toMatchObject({ done: 2, skipped: 2 });
      const states = await containers.states();
      const running = [...states.values()].filter((state) => state === "running");
      expect(running).toHaveLength(2);
    },
  );
});
