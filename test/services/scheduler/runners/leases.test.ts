import { describe, expect, it } from "vitest";
import { SCHEDULER } from "#schema/actor.ts";
import { type Fact, isRunnerFact, type RunnerFact } from "#schema/envelope.ts";
import type { Hello } from "#schema/reports.ts";
import { goodbye, hello } from "../../../../services/scheduler/runners/leases.ts";
import { nothingRecovered, runnerNotes, take } from "../../../../services/scheduler/recovery/recovered.ts";
import { snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { ONCE, SLEEP } from "../../../support/a-scheduler.ts";
import { anAuthority } from "../an-authority.ts";

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
    /** What a scheduler that starts makes of the same facts. */
    recovered: () => {
      const recovered = nothingRecovered();
      for (const { fact, seq, hash } of world.paper.written) take(recovered, fact, { seq, hash });
      const after = anAuthority().authority;
      for (const { fact, seq } of runnerNotes(recovered)) after.runners.adopt(fact, seq);
      return after;
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
    await world.greet({ slots: 5 });
    await world.greet({ slots: 7 });
    const { runners } = world.recovered();
    expect(first.seq).toBe(1);
    expect(runners.get("local")).toEqual(world.authority.runners.get("local"));
    expect(runners.differs({ ...GREETING, slots: 7 })).toBe(false);
  });
});

describe("a type that two runners announce", () => {
  const NEWER = { ...SLEEP, title: "Sleep, better" };

  it("is the later one's, also when the other leaves", async () => {
    const world = aWorld();
    await world.greet();
    await world.greet({ runner: "other", types: [NEWER] });
    goodbye(world.authority, GREETING);
    expect(world.authority.runners.type("sleep")).toEqual(NEWER);
  });

  it("is the same one's after a recovery, whoever came first", async () => {
    const world = aWorld();
    await world.greet();
    await world.greet({ runner: "other", types: [SLEEP] });
    await world.greet({ boot: "boot-2", types: [NEWER] });
    expect(world.authority.runners.type("sleep")).toEqual(NEWER);
    expect(world.recovered().runners.type("sleep")).toEqual(NEWER);
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
          approval: null,
          checkpoint: null,
        },
      },
      { by: SCHEDULER },
    );
    await world.greet({ boot: "boot-2" });
    expect(world.factsOf(task.id).at(-1)?.type).toBe("attempt-lost");
  });
});
