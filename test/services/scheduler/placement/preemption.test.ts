import { describe, expect, it } from "vitest";
import { SCHEDULER } from "#schema/actor.ts";
import { openQueue } from "#schema/queue.ts";
import { type LiveTask, snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { aGround } from "./a-ground.ts";

const aPreemptingGround = (slots = 2) => {
  const ground = aGround({ slots });
  const { authority, submit, place, tell } = ground;
  authority.records.queue.record(
    "default",
    { type: "configured", settings: { preempts: true } },
    { ...openQueue("default"), preempts: true },
    { by: SCHEDULER },
  );
  return {
    ...ground,
    atWork: (definition: Parameters<typeof submit>[0]): LiveTask => {
      const task = submit(definition);
      place();
      tell(task, { type: "started", report: 1 });
      return task;
    },
    pauseInPlace: (task: LiveTask) => tell(task, { type: "paused", report: 2, inPlace: true }),
  };
};

describe("yielding", () => {
  it("pauses the least important pausable task for a more important one, and resumes it by itself later", () => {
    const { atWork, submit, place, state, isRunning, pauseInPlace, finish, factsOf } = aPreemptingGround();
    const low = atWork({ priority: "low" });
    const normal = atWork({ priority: "normal" });
    const urgent = submit({ priority: "critical", name: "Urgent" });
    place();
    expect([low, normal].map(state)).toEqual(["pausing", "running.working"]);
    expect(factsOf(low.id).at(-1)).toMatchObject({
      type: "pause-requested",
      data: { yieldsTo: urgent.id },
      reason: `Makes room for "Urgent" (${urgent.id}), which is more important.`,
      cause: urgent.id,
    });
    place();
    expect(state(normal)).toBe("running.working");
    pauseInPlace(low);
    place();
    expect([isRunning(urgent), state(low)]).toEqual([true, "paused"]);
    place();
    expect(state(low)).toBe("paused");
    finish(urgent);
    place();
    expect(state(low)).toBe("running.starting");
    expect(snapshotOf(low).context.yieldsTo).toBeNull();
  });

  it("follows a priority raised while it waits", () => {
    const { atWork, submit, place, state, tell } = aPreemptingGround(1);
    const running = atWork({ priority: "normal" });
    const raised = submit({ priority: "low" });
    place();
    expect(state(running)).toBe("running.working");
    tell(raised, { type: "reprioritised", priority: "high" });
    place();
    expect(state(running)).toBe("pausing");
  });

  it("leaves alone what is as important, what cannot be paused, and queues that do not say so", () => {
    const { atWork, submit, place, state } = aPreemptingGround();
    const equal = atWork({ priority: "critical" });
    const stiff = atWork({ priority: "low", pause: "none" });
    submit({ priority: "critical" });
    place();
    expect([equal, stiff].map(state)).toEqual(["running.working", "running.working"]);
    const other = aPreemptingGround(1);
    const running = other.atWork({ priority: "low" });
    other.submit({ priority: "critical", queue: "mild" });
    other.place();
    expect(other.state(running)).toBe("running.working");
  });

  it("stays paused once a person has said so", () => {
    const { atWork, submit, place, state, pauseInPlace, finish, tell } = aPreemptingGround(1);
    const low = atWork({ priority: "low" });
    const urgent = submit({ priority: "critical" });
    place();
    pauseInPlace(low);
    place();
    tell(low, { type: "held" });
    finish(urgent);
    place();
    expect(state(low)).toBe("paused");
  });

  it("is not taken for paused by the scheduler when a person holds it after its runner was lost", () => {
    const { atWork, submit, place, state, tell, join, finish } = aPreemptingGround(1);
    const low = atWork({ priority: "low" });
    const urgent = submit({ priority: "critical" });
    place();
    tell(low, { type: "attempt-lost", message: "gone" });
    tell(low, { type: "held" });
    join("another");
    place();
    finish(urgent);
    place();
    expect(state(low)).toBe("paused");
  });

  it("does nothing for a task that waits for something else than room", () => {
    const { atWork, submit, place, state } = aPreemptingGround(1);
    const low = atWork({ priority: "low", locks: ["nas"] });
    submit({ priority: "critical", locks: ["nas"] });
    place();
    expect(state(low)).toBe("running.working");
  });

  it("is asked of nobody whose pause would not help: what is frozen keeps its processors", () => {
    const { atWork, submit, place, state, join, isRunning } = aPreemptingGround();
    join("local", { offers: { cpus: 2 } });
    const frozen = atWork({ priority: "background", requires: { cpus: 1 } });
    const ending = atWork({ priority: "low", requires: { cpus: 1 }, pause: "checkpoint" });
    const urgent = submit({ priority: "critical", requires: { cpus: 1 } });
    place();
    expect([frozen, ending, urgent].map(state)).toEqual(["running.working", "pausing", "queued"]);
    const tooMuch = aPreemptingGround();
    tooMuch.join("local", { offers: { cpus: 2 } });
    const both = [1, 2].map(() =>
      tooMuch.atWork({ priority: "low", requires: { cpus: 1 }, pause: "checkpoint" }),
    );
    tooMuch.submit({ priority: "critical", requires: { cpus: 2 } });
    tooMuch.place();
    expect(both.map(state)).toEqual(["running.working", "running.working"]);
    expect(isRunning(urgent)).toBe(false);
  });

  it("is asked of nobody on a runner that could not take the other", () => {
    const { atWork, submit, place, state, join } = aPreemptingGround(1);
    const elsewhere = atWork({ priority: "low" });
    join("labelled", { slots: 1, offers: { labels: { gpu: "yes" } } });
    const equal = atWork({ priority: "critical" });
    submit({ priority: "critical", requires: { labels: { gpu: "yes" } } });
    place();
    expect([elsewhere, equal].map(state)).toEqual(["running.working", "running.working"]);
  });

  it("is not kept from a task by a more important one that no pause would help", () => {
    const { atWork, submit, place, state, authority } = aPreemptingGround(1);
    authority.records.queue.record(
      "off",
      { type: "queue-paused" },
      { ...openQueue("off"), state: "paused" },
      { by: SCHEDULER },
    );
    const low = atWork({ priority: "low", locks: ["nas"] });
    submit({ priority: "critical", queue: "off" });
    submit({ priority: "critical", locks: ["nas"] });
    place();
    expect(state(low)).toBe("running.working");
    submit({ priority: "high" });
    place();
    expect(state(low)).toBe("pausing");
  });
});
