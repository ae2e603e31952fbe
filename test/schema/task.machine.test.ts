import { describe, expect, it } from "vitest";
import { createTestModel } from "xstate/graph";
import { eventOf, type TaskFact } from "#schema/envelope.ts";
import { NO_ITEMS } from "#schema/items.ts";
import { lacksYes } from "#schema/plan-approval.ts";
import { decide } from "#schema/task.decide.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import {
  evolve,
  IllegalFact,
  restore,
  statePath,
  type Task,
  TASK_STATES,
  topState,
  unborn,
} from "#schema/task.evolve.ts";
import { taskMachine } from "#schema/task.machine.ts";
import { BIRTHS, EXAMPLES } from "../support/task-examples.ts";

const events: TaskEvent[] = [
  ...Object.values(EXAMPLES).filter((event) => event.type !== "submitted"),
  ...BIRTHS,
  { type: "paused", report: 1, inPlace: false },
  { type: "pause-requested", yieldsTo: "task-2" },
  // A plan that exceeds its guard, and the yes that names it.
  {
    ...EXAMPLES.planned,
    plan: { ...EXAMPLES.planned.plan, hash: "5ea1", acts: 1, ask: "It would act on 1 item." },
  },
  { type: "approved", plan: 1, hash: "5ea1", approval: { except: "A", named: "A" } },
];
const model = createTestModel(taskMachine, { events });
/** What the chart's guards can tell apart: without the rest the same lives are not walked a hundred times. */
const alike = ({ value, context }: Task): string => {
  const { definition, runner, heldFrom, failures, checkpoint, outcome, plan, yieldsTo } = context;
  const { repeatable, approval, pause, afterPolicy, runAt } = definition ?? {};
  const kind = [repeatable, approval, pause, afterPolicy?.otherwise, runAt];
  return JSON.stringify([
    value,
    kind,
    [runner, heldFrom, failures, checkpoint !== null, outcome, yieldsTo],
    [plan?.number, plan?.hash, context.approval !== null],
  ]);
};
const paths = model.getShortestPaths({
  filterEvents: (task, event) => task.can(event),
  serializeState: (task, event, before) =>
    [alike(task as Task), JSON.stringify(event), before ? alike(before as Task) : ""].join(),
  limit: 100_000,
});
const journalOf = (path: (typeof paths)[number]): TaskEvent[] =>
  path.steps.slice(1).map((step) => step.event as TaskEvent);

/** Every task any path of the model reaches, by state. */
const reached = new Map<string, Task[]>([["unborn", [unborn()]]]);
for (const { state } of paths) {
  const name = statePath(state as Task);
  reached.set(name, [...(reached.get(name) ?? []), state as Task]);
}

/** The design's table, spelt out once by hand: which facts a state may take, and where they may lead. */
const active = { reprioritised: "=", "items-recorded": "=", checkpointed: "=" };
const working = {
  "cancel-requested": "cancelling",
  completed: "completed",
  "attempt-failed": "retrying|failed",
  "attempt-lost": "queued|failed",
};
const running = {
  ...active,
  ...working,
  "pause-requested": "pausing",
  stalled: "stuck",
  planned: "queued|awaiting-approval",
  "handed-over": "queued",
};
const TABLE: Record<string, Record<string, string>> = {
  unborn: { submitted: "pending|queued|running.starting" },
  pending: {
    released: "queued",
    delayed: "=",
    "dependency-failed": "failed|cancelled",
    expired: "failed",
    reprioritised: "=",
    held: "paused",
    withdrawn: "cancelled",
  },
  queued: {
    assigned: "running.starting",
    blocked: "=",
    delayed: "pending",
    expired: "failed",
    reprioritised: "=",
    held: "paused",
    withdrawn: "cancelled",
    "cancel-requested": "cancelling",
    "attempt-lost": "queued|failed",
  },
  "running.starting": { ...running, started: "running.working", unclaimed: "queued" },
  "running.working": { ...running, "host-lost": "running.waiting-for-host" },
  "running.waiting-for-host": { ...running, "host-back": "running.working" },
  "awaiting-approval": {
    approved: "queued",
    "plan-discarded": "queued",
    expired: "failed",
    reprioritised: "=",
    withdrawn: "cancelled",
  },
  pausing: { ...active, ...working, paused: "paused", "handed-over": "paused", "pause-requested": "=" },
  paused: {
    resumed: "queued|pending|retrying",
    held: "=",
    expired: "failed",
    reprioritised: "=",
    withdrawn: "cancelled",
    "cancel-requested": "cancelling",
    "attempt-lost": "paused|failed",
  },
  stuck: {
    ...active,
    ...working,
    recovered: "running.working",
    "pause-requested": "pausing",
    planned: "queued|awaiting-approval",
    "handed-over": "queued",
  },
  cancelling: {
    ...active,
    cancelled: "cancelled",
    completed: "completed",
    "handed-over": "cancelled",
    "attempt-failed": "cancelled",
    "attempt-lost": "cancelled",
  },
  retrying: {
    "retry-due": "queued",
    delayed: "=",
    expired: "failed",
    reprioritised: "=",
    held: "paused",
    withdrawn: "cancelled",
  },
  completed: { revived: "queued" },
  failed: { revived: "queued" },
  cancelled: { revived: "queued" },
};

describe("the task statechart", () => {
  it("has exactly the states of the design", () => {
    expect([...reached.keys()].sort()).toEqual(Object.keys(TABLE).sort());
    const stored = Object.keys(TABLE).map((path) => topState(path) as string);
    expect(new Set<string>(TASK_STATES)).toEqual(new Set(stored.filter((state) => state !== "unborn")));
  });

  it("wears exactly one tag in every stored state, and none unborn", () => {
    for (const [name, tasks] of reached) {
      for (const task of tasks) expect(task.tags.size, name).toBe(name === "unborn" ? 0 : 1);
    }
  });

  for (const [state, legal] of Object.entries(TABLE)) {
    describe(`in ${state}`, () => {
      for (const type of Object.keys(EXAMPLES)) {
        const variants = events.filter((event) => event.type === type);
        const targets = legal[type];
        if (targets === undefined) {
          it(`refuses ${type}`, () => {
            for (const task of reached.get(state) ?? []) {
              for (const event of variants) expect(() => evolve(task, event)).toThrow(IllegalFact);
            }
          });
          continue;
        }
        it(`takes ${type} to ${targets.replaceAll("|", " or ").replace("=", "itself")}`, () => {
          const seen = new Set(
            (reached.get(state) ?? []).flatMap((task) =>
              variants.filter((event) => task.can(event)).map((event) => statePath(evolve(task, event))),
            ),
          );
          expect([...seen].sort()).toEqual(targets === "=" ? [state] : targets.split("|").sort());
        });
      }
    });
  }

  it("survives storage along every path: fold, JSON, restore", { timeout: 60_000 }, () => {
    for (const path of paths) {
      const stored = journalOf(path).reduce((task, event) => {
        const next = JSON.parse(JSON.stringify(evolve(task, event))) as Task;
        return restore(statePath(next), next.context);
      }, unborn());
      const lived = journalOf(path).reduce(evolve, unborn());
      expect(stored.value).toEqual(lived.value);
      expect(stored.context).toEqual(lived.context);
      expect([...stored.tags]).toEqual([...lived.tags]);
    }
    expect(paths.length).toBeGreaterThan(100);
  });

  it("fires every fact somewhere", () => {
    const fired = new Set(paths.flatMap((path) => journalOf(path).map((event) => event.type)));
    expect([...fired].sort()).toEqual(Object.keys(EXAMPLES).sort());
  });

  it("never lets a wish settle what a runner still holds", () => {
    for (const { state } of paths) {
      const task = state as Task;
      if (task.context.runner === null) continue;
      const decision = decide(task, { type: "cancel" });
      if (decision.ok) expect(evolve(task, decision.event).hasTag("settled")).toBe(false);
    }
  });

  it("never runs a task a second time that must not be repeated", () => {
    for (const { state } of paths) {
      const task = state as Task;
      if (task.context.definition?.repeatable !== false || task.context.checkpoint !== null) continue;
      if (task.context.runner === null || !task.can(EXAMPLES["attempt-lost"])) continue;
      const lost = evolve(task, EXAMPLES["attempt-lost"]);
      expect(["failed", "cancelled"]).toContain(statePath(lost));
    }
  });

  it("never goes on with a plan that lacks the yes it needs: it is thrown away or approved first", () => {
    let lacking = 0;
    for (const { state } of paths) {
      const task = state as Task;
      if (!lacksYes(task.context) || task.matches("awaiting-approval")) continue;
      lacking += 1;
      expect(task.hasTag("settled")).toBe(true);
      expect(task.can({ type: "revived", items: "failed" })).toBe(false);
      const decision = decide(task, { type: "retry", items: "failed" });
      expect(decision).toMatchObject({ ok: true, event: { type: "revived", items: "all" } });
      if (decision.ok) expect(evolve(task, decision.event).context.plan).toBeNull();
    }
    expect(lacking).toBeGreaterThan(0);
  });

  it("plans anew from nothing: a discarded plan leaves no items, marks or yes behind", () => {
    let discarded = 0;
    for (const { state } of paths) {
      const task = state as Task;
      const decision = decide(task, { type: "replan" });
      expect(decision.ok).toBe(task.matches("awaiting-approval"));
      if (!decision.ok) continue;
      discarded += 1;
      const { plan, approval, marks, counts } = evolve(task, decision.event).context;
      expect([plan, approval, marks, counts]).toEqual([null, null, "", NO_ITEMS]);
    }
    expect(discarded).toBeGreaterThan(0);
  });

  it("charges failures only: starts, pauses, lost hosts and unclaimed assignments use up nothing", () => {
    const life: TaskEvent[] = [
      EXAMPLES.submitted,
      EXAMPLES.assigned,
      EXAMPLES.unclaimed,
      EXAMPLES.assigned,
      EXAMPLES.started,
      EXAMPLES["host-lost"],
      EXAMPLES["host-back"],
      EXAMPLES["pause-requested"],
      EXAMPLES.paused,
      EXAMPLES.resumed,
      EXAMPLES.assigned,
      EXAMPLES["attempt-lost"],
    ];
    const task = life.reduce(evolve, unborn());
    expect(task.context.failures).toBe(0);
    expect(evolve(evolve(task, EXAMPLES.assigned), EXAMPLES["attempt-failed"]).context.failures).toBe(1);
  });

  it("reads an event back from the fact that recorded it", () => {
    const { type, ...data } = EXAMPLES.planned;
    expect(eventOf({ type, data } as unknown as TaskFact)).toEqual(EXAMPLES.planned);
  });
});
