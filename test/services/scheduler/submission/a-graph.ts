/** Tasks that come after others, on paper: submitted by wish, ended by the test, judged when it says so. */
import { SCHEDULER } from "#schema/actor.ts";
import { CAPABILITIES } from "#schema/policy.ts";
import type { Standing } from "#schema/task.after.ts";
import type { AfterPolicy } from "#schema/task.definition.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { statePath } from "#schema/task.evolve.ts";
import type { SubmitWish } from "#schema/wishes.ts";
import { submit } from "../../../../services/scheduler/submission/submit.ts";
import { submitMany } from "../../../../services/scheduler/submission/submit-many.ts";
import { snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { EXAMPLES } from "../../../support/task-examples.ts";
import { anAuthority } from "../an-authority.ts";

export type End = Exclude<Standing, "open" | "unknown">;

const begun: readonly TaskEvent[] = [EXAMPLES.assigned, EXAMPLES.started];

/** The facts that take a queued task to each end. */
const ENDS: Readonly<Record<End, readonly TaskEvent[]>> = {
  succeeded: [...begun, EXAMPLES.completed],
  partial: [
    ...begun,
    EXAMPLES.planned,
    ...begun,
    { type: "items-recorded", report: 2, items: [{ index: 0, outcome: "failed", code: "x" }] },
    EXAMPLES.completed,
  ],
  failed: [...begun, { ...EXAMPLES["attempt-failed"], retryable: false }],
  cancelled: [EXAMPLES.withdrawn],
};

const everything = { actor: { kind: "user", id: "ada" }, capabilities: CAPABILITIES } as const;

type World = ReturnType<typeof anAuthority>;

export const aGraph = (world: World = anAuthority()) => {
  const { authority, dependencies, deadlines } = world;
  const { tasks } = authority;
  if (authority.runners.typeNames().length === 0) world.join("local", 0);
  const task = (id: string) => {
    const live = tasks.get(id);
    if (!live) throw new Error(`${id} is not live`);
    return live;
  };
  const record = (id: string, ...events: readonly TaskEvent[]): void => {
    for (const event of events) tasks.record(task(id), event, { by: SCHEDULER });
  };
  const stateOf = (id: string): string => {
    const live = tasks.get(id);
    return live ? statePath(snapshotOf(live)) : (world.factsOf(id).at(-1)?.to ?? "unborn");
  };
  return {
    ...world,
    task,
    record,
    stateOf,
    submit: (body: Partial<SubmitWish["task"]> = {}) =>
      submit(authority, { id: "w", by: everything, task: { type: "sleep", payload: {}, ...body } }),
    submitMany: (...bodies: Partial<SubmitWish["task"]>[]) =>
      submitMany(authority, {
        id: "w",
        by: everything,
        tasks: bodies.map((body) => ({ type: "sleep", payload: {}, ...body })),
      }),
    /** A task after others, taken as it is. */
    after: (
      ids: readonly string[],
      policy: Partial<AfterPolicy> = {},
      more: { runAt?: string } = {},
    ): string =>
      world.submitted({
        after: ids,
        afterPolicy: { when: "succeeded", otherwise: "fail", ...policy },
        ...more,
      }).id,
    first: (): string => world.submitted().id,
    end: (id: string, how: End): void => record(id, ...ENDS[how]),
    /** Its last fact must be stored. */
    revive: async (id: string): Promise<void> => {
      const settled = tasks.settled(id);
      if (!settled) throw new Error(`${id} is not settled`);
      const { fact, hash } = await authority.read(settled.seq);
      const back = tasks.exhume(settled, fact as never, hash);
      tasks.record(back, { type: "revived", items: "all" }, { by: SCHEDULER });
    },
    /** Does what is due, as the pulse does. */
    turn: (): void => {
      deadlines.fire(tasks);
      while (dependencies.judge(tasks) !== null);
    },
    types: (id: string): string[] => world.factsOf(id).map(({ type }) => type),
    errorOf: (id: string): string | undefined => world.factsOf(id).at(-1)?.whole?.error?.message,
  };
};

/** A world that takes its time to keep a large value: until it is told that this is kept. */
export const slowToKeep = (world: World = anAuthority()): { world: World; kept(): void } => {
  let kept: () => void = () => undefined;
  const keeping = new Promise<void>((resolve) => (kept = resolve));
  const keep = async <T>(value: T) => {
    await keeping;
    return { value };
  };
  const { authority } = world;
  return { world: { ...world, authority: { ...authority, objects: { ...authority.objects, keep } } }, kept };
};

/** More than a fact carries itself. */
export const LARGE = { text: "x".repeat(40_000) };
