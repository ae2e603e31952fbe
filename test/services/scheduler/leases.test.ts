import { describe, expect, it } from "vitest";
import { SCHEDULER } from "#schema/actor.ts";
import { type Fact, isRunnerFact, type RunnerFact } from "#schema/envelope.ts";
import type { Hello } from "#schema/reports.ts";
import { hello } from "../../../services/scheduler/leases.ts";
import { snapshotOf } from "../../../services/scheduler/tasks.ts";
import { ONCE, SLEEP } from "../../support/a-scheduler.ts";
import { anAuthority } from "./an-authority.ts";

const GREETING: Hello = {
  runner: "local",
  boot: "boot-1",
  slots: 2,
  types: [SLEEP],
  host: "h",
  pid: 1,
  seen: 0,
};

const aWorld = () => {
  const world = anAuthority();
  return {
    ...world,
    greet: async (changes: Partial<Hello> = {}) => {
      const answer = await hello(world.authority, { ...GREETING, ...changes });
      world.paper.store();
      if (!answer.ok) throw new Error(answer.message);
      return answer;
    },
    joinedFacts: (): RunnerFact[] =>
      world.paper.written
        .map(({ fact }): Fact => fact)
        .filter((fact) => isRunnerFact(fact))
        .filter(({ type }) => type === "joined"),
  };
};

describe("a present runner that says hello again", () => {
  it("makes no second fact when it says the same, however far it has read", async () => {
    const world = aWorld();
    const first = await world.greet();
    const again = await world.greet({ seen: first.seq });
    expect(again.seq).toBe(first.seq);
    expect(world.joinedFacts()).toHaveLength(1);
  });

  it("has what it announces anew recorded, keeps its attempts and its inbox's beginning", async () => {
    const world = aWorld();
    const first = await world.greet();
    const task = world.submitted();
    world.placement.place(world.authority.tasks);
    world.paper.store();
    expect(snapshotOf(task).context.runner).toBe("local");
    const faults = [{ file: "a.executor.js", message: "no" }];
    const again = await world.greet({ types: [SLEEP, ONCE], slots: 5, faults });
    expect(again.seq).toBe(first.seq);
    expect(world.joinedFacts().at(-1)?.data).toMatchObject({ slots: 5, types: [SLEEP, ONCE], faults });
    expect(world.authority.runners.get("local")).toMatchObject({ slots: 5, present: true });
    expect(world.authority.runners.type("once")).toBeDefined();
    expect(snapshotOf(task).matches("running")).toBe(true);
    expect(world.factsOf(task.id).map(({ type }) => type)).toEqual(["submitted", "assigned"]);
  });

  it("takes back a type, unless another runner has it", async () => {
    const world = aWorld();
    await world.greet({ types: [SLEEP, ONCE] });
    await world.greet({ runner: "other", boot: "b", types: [SLEEP] });
    await world.greet({ types: [] });
    expect(world.authority.runners.type("sleep")).toBeDefined();
    expect(world.authority.runners.type("once")).toBeUndefined();
  });

  it("is as recovery finds it when the facts are read again", async () => {
    const world = aWorld();
    const first = await world.greet();
    await world.greet({ slots: 7 });
    const after = aWorld();
    for (const [index, fact] of world.joinedFacts().entries())
      after.authority.runners.adopt(fact, first.seq + index);
    expect(after.authority.runners.get("local")).toEqual(world.authority.runners.get("local"));
    expect(after.authority.runners.differs({ ...GREETING, slots: 7 })).toBe(false);
  });
});

describe("a new boot of a runner", () => {
  it("loses the attempts of the one before, whatever it announces", async () => {
    const world = aWorld();
    await world.greet();
    const task = world.submitted();
    world.authority.tasks.record(
      task,
      {
        type: "assigned",
        runner: "local",
        attempt: 1,
        token: "t",
        deadlineAt: null,
        work: {
          type: "sleep",
          name: "n",
          payload: { value: {} },
          plan: null,
          marks: "",
          counts: snapshotOf(task).context.counts,
          checkpoint: null,
        },
      },
      { by: SCHEDULER },
    );
    await world.greet({ boot: "boot-2" });
    expect(world.factsOf(task.id).at(-1)?.type).toBe("attempt-lost");
  });
});
