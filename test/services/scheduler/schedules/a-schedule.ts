/** A world with schedules: an authority on paper, a runner that is there, and time that passes when the test says so. */
import { isRecordFact, type Fact, type RecordFact, type TaskFact } from "#schema/envelope.ts";
import { CAPABILITIES, type Capability } from "#schema/policy.ts";
import type { ScheduleBody, ScheduleCommand } from "#schema/schedule.ts";
import { definitionOf } from "#schema/task.evolve.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import { createScheduleTimers } from "../../../../services/scheduler/schedules/schedule-timers.ts";
import { changeSchedule } from "../../../../services/scheduler/schedules/schedules.ts";
import { snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { anAuthority } from "../an-authority.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const aBody = (changes: Partial<ScheduleBody> = {}): ScheduleBody => ({
  name: "Tidy up",
  cron: "0 * * * *",
  task: { type: "sleep", payload: {} },
  ...changes,
});

/** Without a slot, what its schedules submit waits. */
export const aWorldOfSchedules = (slots = 0) => {
  const world = anAuthority();
  const { paper, time } = world;
  let [wishes, full] = [0, false];
  const authority = { ...world.authority, full: () => (full ? "It is full." : null) };
  world.join("local", slots);
  let timers = createScheduleTimers(authority);

  const wish = (command: ScheduleCommand, capabilities: readonly Capability[] = CAPABILITIES, user = "ada") =>
    changeSchedule(authority, {
      id: `wish-${(wishes += 1)}`,
      by: { actor: { kind: "user", id: user }, capabilities },
      command,
    });
  const facts = (): readonly Fact[] => paper.written.map(({ fact }) => fact as Fact);

  /** As the pulse does: what is due again at once gets its turn at once. */
  const fire = (): number | null => {
    for (;;) {
      const wait = timers.fire();
      if (wait !== 0) return wait;
    }
  };

  return {
    ...world,
    authority,
    wish,
    made: (changes: Partial<ScheduleBody> = {}): string => {
      const reply = wish({ type: "create", schedule: aBody(changes) });
      if (!reply.ok) throw new Error(reply.message);
      fire();
      return reply.id;
    },
    schedule: (id: string) => authority.records.schedule.get(id),
    fire,
    /** Time passes and all timers get their turn at its end. */
    pass: (ms: number) => {
      time.now += ms;
      return fire();
    },
    /** Another scheduler takes over: what is in memory comes from the log, and timers start anew. */
    restart: () => {
      time.ahead = 0;
      timers = createScheduleTimers(authority);
    },
    fill: (is: boolean) => (full = is),
    /** What happened to a schedule, told shortly. */
    story: (id: string): string[] =>
      facts().flatMap((fact) => {
        if (!isRecordFact(fact) || fact.about.id !== id) return [];
        const { type, data } = fact as RecordFact<"schedule">;
        const due = ((data["dueAt"] as string | undefined) ?? "").slice(0, 16);
        return [`${type} ${due}${type === "passed-over" ? ` ×${String(data["runs"])}` : ""}`.trim()];
      }),
    recordFacts: (id: string) =>
      facts().filter((fact): fact is RecordFact => isRecordFact(fact) && fact.about.id === id),
    /** The tasks that schedules have made, in order. */
    tasks: (): readonly TaskDefinition[] =>
      facts().flatMap((fact) =>
        fact.type === "submitted" ? [(fact as TaskFact).data["definition"] as TaskDefinition] : [],
      ),
    /** A task's state, or null when it is settled. */
    state: (id: string): unknown => {
      const task = authority.tasks.get(id);
      return task ? snapshotOf(task).value : null;
    },
    definition: (id: string) => {
      const task = authority.tasks.get(id);
      return task && definitionOf(snapshotOf(task).context);
    },
    /** Ends a waiting task. */
    withdraw: (id: string) => {
      const task = authority.tasks.get(id);
      if (task) authority.tasks.record(task, { type: "withdrawn" }, { by: { kind: "user", id: "ada" } });
    },
  };
};
