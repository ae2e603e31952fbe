import { describe, expect, it } from "vitest";
import type { TaskDefinition } from "#schema/task.definition.ts";
import { statePath } from "#schema/task.evolve.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { snapshotOf } from "../../../services/scheduler/tasks.ts";
import { aGround } from "./placement/a-ground.ts";
import { reborn } from "./reborn.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-11-21T08:00:00.000Z");
const at = (minutes: number): string => new Date(START + minutes * MINUTE).toISOString();

/** A task that may take ten minutes in all and four for an attempt. */
const aTask = (more: Partial<TaskDefinition> = {}) => {
  const ground = aGround();
  const id = ground.submit({
    timeout: { attemptMs: 4 * MINUTE, totalMs: 10 * MINUTE },
    expiresAt: at(10),
    repeatable: true,
    ...more,
  }).id;
  let world: Pick<typeof ground, "authority" | "deadlines" | "placement"> = ground;
  const task = () => {
    const found = world.authority.tasks.get(id);
    if (!found) throw new Error("it has settled");
    return found;
  };
  return {
    ...ground,
    /** What happens to it in this minute. */
    happen: (minute: number, ...events: TaskEvent[]): void => {
      ground.time.now = START + minute * MINUTE;
      for (const event of events) ground.tell(task(), event);
    },
    /** The times that are due are recorded; how it stands then. */
    state: (minute: number): string => {
      const found = task();
      ground.time.now = START + minute * MINUTE;
      world.deadlines.fire(world.authority.tasks);
      return statePath(snapshotOf(found));
    },
    place: () => world.placement.place(world.authority.tasks),
    context: () => snapshotOf(task()).context,
    restart: () => {
      ground.paper.store();
      world = reborn(ground);
    },
  };
};

const PAUSE = [{ type: "pause-requested" }, { type: "paused", inPlace: true, report: 2 }] as const;

describe("the clocks of a task", () => {
  it("stand still while it is put aside: its life is as much longer", () => {
    const { happen, state, context } = aTask();
    happen(3, { type: "held" });
    expect(context().left).toEqual({ totalMs: 7 * MINUTE });
    expect(state(600)).toBe("paused");
    happen(1_000, { type: "resumed" });
    expect(context()).toMatchObject({ expiresAt: at(1_007), left: null });
    expect(state(1_006.9)).toBe("queued");
    expect(state(1_007)).toBe("failed");
  });

  it("stand still while its work is frozen, and its attempt goes on with what it had left", () => {
    const { happen, place, context } = aTask();
    place();
    happen(0, { type: "started", report: 1 });
    expect(context().deadlineAt).toBe(at(4));
    happen(1, ...PAUSE);
    happen(100, { type: "resumed" });
    place();
    expect(context()).toMatchObject({ runner: "local", deadlineAt: at(103), expiresAt: at(109), left: null });
  });

  it("count anew for an attempt whose runner was lost meanwhile, but not for its life", () => {
    for (const lostFirst of [true, false]) {
      const { happen, place, context } = aTask();
      place();
      happen(0, { type: "started", report: 1 });
      happen(3, ...PAUSE);
      const lost = { type: "attempt-lost", message: "gone" } as const;
      happen(
        100,
        ...(lostFirst ? [lost, { type: "resumed" } as const] : [{ type: "resumed" } as const, lost]),
      );
      place();
      expect(context()).toMatchObject({ deadlineAt: at(104), expiresAt: at(107) });
    }
  });

  it("stand still again and again, over restarts, and also when it is let go at a checkpoint", () => {
    const { happen, place, context, restart, state } = aTask({ pause: "checkpoint" });
    for (const [began, paused] of [
      [0, 2],
      [100, 103],
      [200, 201],
    ] as const) {
      happen(began, ...(began === 0 ? [] : [{ type: "resumed" } as const]));
      place();
      happen(began, { type: "started", report: 1 });
      happen(paused, { type: "pause-requested" }, { type: "paused", inPlace: false, report: 2 });
    }
    expect(context().left).toEqual({ totalMs: 4 * MINUTE, attemptMs: 3 * MINUTE });
    restart();
    expect(state(10_000)).toBe("paused");
  });

  it("still stand when it is put aside again before a slot was free for it", () => {
    const { happen, place, context } = aTask();
    place();
    happen(0, { type: "started", report: 1 });
    happen(3, ...PAUSE);
    happen(100, { type: "resumed" });
    happen(101, { type: "held" });
    expect(context().left).toEqual({ totalMs: 6 * MINUTE, attemptMs: MINUTE });
    happen(200, { type: "resumed" });
    place();
    expect(context()).toMatchObject({ runner: "local", deadlineAt: at(201), expiresAt: at(206) });
  });

  it("show what is left although the wall clock was set forward or back meanwhile", () => {
    for (const hours of [-2, 2]) {
      const { happen, place, context, state, time } = aTask();
      const ahead = hours * 60;
      place();
      happen(0, { type: "started", report: 1 });
      time.ahead = ahead * MINUTE;
      happen(1, { type: "items-recorded", report: 2, items: [] });
      happen(3, { type: "pause-requested" }, { ...PAUSE[1], report: 3 });
      expect(context().left).toEqual({ totalMs: 7 * MINUTE, attemptMs: MINUTE });
      happen(100, { type: "resumed" });
      place();
      expect(context()).toMatchObject({ deadlineAt: at(101 + ahead), expiresAt: at(107 + ahead) });
      time.ahead = 0;
      happen(100.5, { type: "attempt-lost", message: "gone" });
      expect(state(106.9)).toBe("queued");
      place();
      expect(context().deadlineAt).toBe(at(107));
      happen(106.9, { type: "attempt-lost", message: "gone" });
      expect(state(107)).toBe("failed");
    }
  });

  it("tell nothing where there is no limit", () => {
    const { happen, context } = aTask({ timeout: { attemptMs: null, totalMs: null }, expiresAt: null });
    happen(3, { type: "held" });
    happen(9, { type: "resumed" });
    expect(context()).toMatchObject({ left: null, expiresAt: null });
  });
});
