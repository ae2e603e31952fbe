import { describe, expect, it } from "vitest";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { evolve, statePath, type Task, TASK_STATES, unborn } from "#schema/task.evolve.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import { waitingSentence, type WaitingFacts } from "../../../web/server/waiting.ts";
import { legalCommands } from "../../../web/server/legal-commands.ts";
import { anAssignment } from "../../support/a-journal.ts";
import { aDefinition } from "../../support/task-examples.ts";

const folded = (task: Task): FoldedTask => ({
  id: "t",
  n: 1,
  born: 1,
  seq: 1,
  state: statePath(task),
  context: task.context,
  startedAt: null,
  settledAt: null,
  updatedAt: "",
  stuck: null,
});
const after = (definition: Parameters<typeof aDefinition>[0], ...events: TaskEvent[]): FoldedTask =>
  folded(events.reduce(evolve, evolve(unborn(), { type: "submitted", definition: aDefinition(definition) })));

const runner = (types: string[]) => ({
  id: "local",
  state: "present" as const,
  boot: "b",
  slots: 1,
  types: types.map((type) => ({ type }) as ExecutorType),
  host: "h",
  since: "",
  faults: [],
  isolation: null,
  offers: {},
});
const facts = (changes: Partial<WaitingFacts> = {}): WaitingFacts => ({
  present: [runner(["command"])],
  position: null,
  pausedBy: null,
  ...changes,
});
const plan = { number: 1, count: 40, plan: { value: { items: [] } } };
const started: TaskEvent[] = [anAssignment(1), { type: "started", report: 1 }];

describe("the sentence of a waiting task", () => {
  it("says when it is due", () => {
    const task = after({ runAt: "2030-01-01T00:00:00.000Z" });
    expect(waitingSentence(task, facts())).toBe("Due at 2030-01-01T00:00:00.000Z.");
  });

  it("says what a queued task waits for: a slot, a runner, or one for its type", () => {
    const task = after({});
    expect(waitingSentence(task, facts({ position: { position: 3, of: 12 } }))).toBe(
      "Position 3 of 12, waits for a slot.",
    );
    expect(waitingSentence(task, facts())).toBe("Waits for a slot.");
    expect(waitingSentence(task, facts({ present: [] }))).toBe("No runner is connected.");
    expect(waitingSentence(task, facts({ present: [runner(["other"])] }))).toBe(
      "No connected runner offers the type command.",
    );
  });

  it("says what comes first, and who holds what it needs", () => {
    expect(waitingSentence(after({ after: ["a", "b"] }), facts())).toBe("Comes after 2 tasks.");
    const blocked = after({}, { type: "blocked", on: { kind: "lock", lock: "container:web", holder: "t9" } });
    expect(waitingSentence(blocked, facts())).toBe("Waits for container:web, held by task t9.");
  });

  it("says which plan waits for a yes, who paused, and why it tries again", () => {
    const planned = after({ approval: true }, ...started, { type: "planned", report: 2, plan });
    expect(waitingSentence(planned, facts())).toBe("Plan 1 with 40 items waits for a yes.");
    const ask = "It would act on 40 of 40 items (100 %), more than the 50 % allowed.";
    const asks = after({}, ...started, { type: "planned", report: 2, plan: { ...plan, ask } });
    expect(waitingSentence(asks, facts())).toBe(`Plan 1 with 40 items waits for a yes. ${ask}`);
    const held = after({}, { type: "held" });
    const pausedBy = { who: "ada", reason: "lunch" };
    expect(waitingSentence(held, facts({ pausedBy }))).toBe(
      "Paused by ada (lunch); goes on when somebody resumes it.",
    );
    const error = { code: "exit-1", message: "It broke." };
    const dueAt = "2030-01-01T00:00:00.000Z";
    const failed = after({}, ...started, {
      type: "attempt-failed",
      report: 2,
      error,
      retryable: true,
      dueAt,
    });
    expect(waitingSentence(failed, facts())).toBe(
      `Tries again at ${dueAt}. The last attempt failed: It broke.`,
    );
  });

  it("is there for every state the chart tags as waiting, and only for those", () => {
    const tags = new Map(
      TASK_STATES.map((state) => [
        state,
        folded({ ...evolve(unborn(), { type: "submitted", definition: aDefinition() }) } as Task),
      ]),
    );
    for (const [state, task] of tags) {
      const sentence = waitingSentence({ ...task, state }, facts());
      const waits = ["pending", "queued", "awaiting-approval", "paused", "retrying"].includes(state);
      expect([state, sentence !== null]).toEqual([state, waits]);
    }
  });
});

describe("the commands of a task", () => {
  const caller = (capabilities: readonly ("view" | "operate" | "exec")[]) => ({
    actor: { kind: "user" as const, id: "ada" },
    capabilities,
    expiresAt: null,
  });
  const asking = (rights: Parameters<typeof caller>[0], changes = {}) => ({
    caller: caller(rights),
    payload: {},
    needs: [],
    now: 0,
    ...changes,
  });
  const allowed = (task: FoldedTask, rights: Parameters<typeof caller>[0]): string[] =>
    legalCommands(task, asking(rights)).flatMap(({ command, allowed: yes }) => (yes ? [command] : []));

  it("are those of the chart, with the plan that really waits", () => {
    const second = after({ approval: true }, ...started, {
      type: "planned",
      report: 2,
      plan: { ...plan, number: 7 },
    });
    expect(allowed(second, ["operate", "exec"])).toEqual(["cancel", "approve", "replan", "reprioritise"]);
    expect(allowed(after({}), ["operate", "exec"])).toEqual(["cancel", "pause", "reprioritise", "delay"]);
  });

  it("hold a yes back once it comes too late, and from who may not do what the plan says", () => {
    const expiresAt = "2026-11-21T09:00:00.000Z";
    const waits = after({ approval: true }, ...started, {
      type: "planned",
      report: 2,
      plan: { ...plan, hash: "5ea1", expiresAt },
    });
    const yes = (rights: Parameters<typeof caller>[0], changes: object) =>
      legalCommands(waits, asking(rights, changes)).find(({ command }) => command === "approve");
    const inTime = { now: Date.parse(expiresAt) - 1 };
    expect(yes(["operate", "exec"], inTime)).toEqual({ command: "approve", allowed: true });
    expect(yes(["operate", "exec"], { now: Date.parse(expiresAt) })).toMatchObject({
      allowed: false,
      why: `The plan expired at ${expiresAt}; make a new one.`,
    });
    expect(yes(["operate"], inTime)?.why).toContain('"exec"');
    expect(yes(["operate", "exec"], { ...inTime, needs: ["docker"] })?.why).toContain('"docker"');
  });

  it("are those of the caller's rights: running a command again takes the right to run commands", () => {
    const cancelled = after({}, { type: "withdrawn" });
    expect(allowed(cancelled, ["view", "operate", "exec"])).toEqual(["retry"]);
    expect(allowed(cancelled, ["view", "operate"])).toEqual([]);
    expect(allowed(after({}), ["view"])).toEqual([]);
    expect(legalCommands(after({}), asking(["view"]))[0]?.why).toContain('"operate"');
  });
});
