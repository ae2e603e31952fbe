import fc from "fast-check";
import { expect, it } from "vitest";
import type { BatchAction } from "#schema/batch.ts";
import { PRIORITIES } from "#schema/priorities.ts";
import type { Priority } from "#schema/task.definition.ts";
import { aWorldOfBatches } from "./a-batch.ts";

/** A task that no runner ever takes, in as few words as possible. */
interface Model {
  state: "queued" | "pending" | "paused" | "cancelled";
  held: "queued" | "pending" | null;
  priority: Priority;
  due: string | null;
  by: string | null;
}
type Step = Exclude<BatchAction, { type: "undo" }>;
type Before = string | null | undefined;

const FROM: Readonly<Record<Step["type"], readonly Model["state"][]>> = {
  pause: ["queued", "pending"],
  resume: ["paused"],
  reprioritise: ["queued", "pending", "paused"],
  delay: ["queued", "pending"],
  cancel: ["queued", "pending", "paused"],
  retry: ["cancelled"],
};

const changes = ({ state, held }: Model, step: Step, by: string | null): Partial<Model> => {
  if (step.type === "pause") return { held: state === "pending" ? "pending" : "queued", state: "paused", by };
  if (step.type === "resume") return { state: held ?? "queued", held: null, by: null };
  if (step.type === "reprioritise") return { priority: step.priority };
  if (step.type === "delay") return { state: "pending", due: step.runAt };
  if (step.type === "cancel") return { state: "cancelled", due: null };
  return { state: "queued", held: null, by: null };
};

/** What a command makes of a task: false when it is refused, else what undo puts back. */
const apply = (task: Model, step: Step, by: string | null): { before: Before } | false => {
  if (!FROM[step.type].includes(task.state)) return false;
  const { priority, due } = task;
  Object.assign(task, changes(task, step, by));
  return { before: step.type === "reprioritise" ? priority : step.type === "delay" ? due : undefined };
};

const undo = (task: Model, batch: { id: string; step: Step }, before: Before): boolean => {
  const { step, id } = batch;
  if (step.type === "pause" && task.state === "paused" && task.by === id)
    return apply(task, { type: "resume" }, null) !== false;
  if (step.type === "reprioritise" && task.state !== "cancelled" && task.priority === step.priority) {
    task.priority = before as Priority;
    return true;
  }
  if (step.type === "delay" && task.state === "pending" && task.due === step.runAt) {
    Object.assign(task, { state: before === null ? "queued" : "pending", due: before });
    return true;
  }
  return false;
};

const moment = fc.integer({ min: 1, max: 3 }).map((day) => `2026-12-0${day}T00:00:00.000Z`);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom<Step>(
    { type: "pause" },
    { type: "resume" },
    { type: "cancel" },
    { type: "retry", items: "all" },
  ),
  fc.constantFrom(...PRIORITIES).map((priority) => ({ type: "reprioritise" as const, priority })),
  moment.map((runAt) => ({ type: "delay" as const, runAt })),
);
/** Which turns of a batch fail, after how many facts, and whether the scheduler ends with them. */
const mishaps = fc.array(
  fc.record({
    turns: fc.integer({ min: 0, max: 3 }),
    kept: fc.integer({ min: 0, max: 4 }),
    ends: fc.boolean(),
  }),
  { maxLength: 2 },
);
const TASKS = 6;
const script = fc.array(
  fc.oneof(
    fc.record({ what: fc.constant("one" as const), task: fc.nat(TASKS - 1), step }),
    fc.record({
      what: fc.constant("batch" as const),
      tasks: fc.uniqueArray(fc.nat(TASKS - 1), { minLength: 1 }),
      step,
      mishaps,
      ratePerS: fc.option(fc.integer({ min: 1, max: 12 })),
    }),
    fc.record({ what: fc.constant("undo" as const), which: fc.nat(), mishaps }),
  ),
  { maxLength: 12 },
);

type Mishaps = { turns: number; kept: number; ends: boolean }[];
const TWICE: Mishaps = [
  { turns: 1, kept: 3, ends: false },
  { turns: 0, kept: 1, ends: true },
];
const told = (mishaps: Mishaps) => [
  {
    what: "batch" as const,
    tasks: [1, 3, 0, 2],
    step: { type: "reprioritise" as const, priority: "critical" as const },
    mishaps: [],
    ratePerS: null,
  },
  { what: "one" as const, task: 0, step: { type: "reprioritise" as const, priority: "low" as const } },
  { what: "one" as const, task: 3, step: { type: "reprioritise" as const, priority: "low" as const } },
  { what: "undo" as const, which: 0, mishaps },
];

it("whatever is commanded, in whatever order, with whatever end of the scheduler in between: each task once, as the model says", async () => {
  await fc.assert(
    fc.asyncProperty(script, async (steps) => {
      let world = aWorldOfBatches();
      const ids = Array.from({ length: TASKS }, () => world.submitted().id);
      const models = ids.map((): Model => ({
        state: "queued",
        held: null,
        priority: "normal",
        due: null,
        by: null,
      }));
      const made: { id: string; step: Step; before: Map<number, Before> }[] = [];

      const survive = async (
        troubles: readonly { turns: number; kept: number; ends: boolean }[],
      ): Promise<void> => {
        for (const { turns, kept, ends } of troubles) {
          for (let turn = 0; turn < turns; turn += 1) world.time.now += (await world.turn()) ?? 0;
          world.paper.fail(kept);
          world.time.now += (await world.turn()) ?? 0;
          world.paper.fail(null);
          if (ends) world = world.restart();
        }
        await world.run();
      };

      for (const now of steps) {
        if (now.what === "one") {
          const expected = apply(models[now.task] as Model, now.step, null) !== false;
          const { ok } = await world.one(
            ids[now.task] as string,
            now.step.type === "retry" ? { type: "retry", items: "all" } : now.step,
          );
          expect(ok).toBe(expected);
        } else if (now.what === "batch") {
          const named = now.tasks.map((index) => ids[index] as string);
          const rate = now.ratePerS === null ? {} : { ratePerS: now.ratePerS };
          world.paper.store();
          const id = await world.begun(now.step, named, rate);
          world.paper.store();
          const outcomes = now.tasks.map(
            (index) => [index, apply(models[index] as Model, now.step, id)] as const,
          );
          await survive(now.mishaps);
          expect(world.results(id).map(({ task, ok }) => [task, ok])).toEqual(
            outcomes.map(([index, outcome]) => [ids[index], outcome !== false]),
          );
          const before = new Map(
            outcomes.flatMap(([index, outcome]) => (outcome ? [[index, outcome.before]] : [])),
          );
          made.push({ id, step: now.step, before });
        } else {
          const batch = made[now.which % Math.max(1, made.length)];
          if (
            !batch ||
            batch.before.size === 0 ||
            !["pause", "reprioritise", "delay"].includes(batch.step.type)
          )
            continue;
          world.paper.store();
          const id = await world.begun({ type: "undo", batch: batch.id }, []);
          world.paper.store();
          const expected = new Map(
            [...batch.before].map(([index, before]) => [
              ids[index],
              undo(models[index] as Model, batch, before),
            ]),
          );
          await survive(now.mishaps);
          const results = world.results(id);
          expect(results.length).toBe(expected.size);
          expect(new Map(results.map(({ task, ok }) => [task, ok]))).toEqual(expected);
        }
        for (const [index, model] of models.entries()) {
          const id = ids[index] as string;
          expect(world.state(id)).toBe(model.state === "cancelled" ? "settled" : model.state);
          if (model.state === "cancelled") continue;
          const { priority, dueAt, pausedBy, heldFrom } = world.snapshot(id).context;
          expect({ priority, due: dueAt, by: pausedBy, held: heldFrom }).toEqual({
            priority: model.priority,
            due: model.due,
            by: model.by,
            held: model.held,
          });
        }
      }
    }),
    // The second was found by chance: a part is told of what was done before the disk went away.
    { numRuns: 400, examples: [[told([])], [told([{ turns: 1, kept: 3, ends: false }])], [told(TWICE)]] },
  );
}, 60_000);
