import { describe, expect, it } from "vitest";
import { CAPABILITIES } from "#schema/policy.ts";
import { SCHEDULER } from "#schema/actor.ts";
import type { TaskCommand } from "#schema/task.commands.ts";
import { fold, type FoldedTask } from "#schema/task.fold.ts";
import { command } from "../../../services/scheduler/commands.ts";
import { anAuthority } from "./an-authority.ts";

const wish = (taskId: string, what: TaskCommand) => ({
  id: "w",
  by: { actor: { kind: "user", id: "ada" } as const, capabilities: CAPABILITIES },
  taskId,
  command: what,
});

const retry = { type: "retry", items: "all" } as const;

/** As recovery reads it: throws where a fact does not follow the one before. */
const replay = (world: ReturnType<typeof anAuthority>, id: string): FoldedTask | null =>
  world.factsOf(id).reduce<FoldedTask | null>((task, fact, index) => fold(task, index + 1, fact), null);

/** A promise the test keeps. */
const gate = () => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
};

/** A world whose objects are slow to load: each load waits for the gate that was put up before it. */
const slowWorld = () => {
  const world = anAuthority();
  const gates: ReturnType<typeof gate>[] = [];
  const authority = {
    ...world.authority,
    objects: {
      ...world.authority.objects,
      load: async <T>(stored: Parameters<typeof world.authority.objects.load<T>>[0]): Promise<T> => {
        const wait = gate();
        gates.push(wait);
        await wait.opened;
        return world.authority.objects.load(stored);
      },
    },
  };
  return { ...world, authority, gates };
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a retry that is still reading its task's payload", () => {
  it("revives a task that settles meanwhile, really", async () => {
    const world = slowWorld();
    const task = world.submitted();
    const answer = command(world.authority, wish(task.id, retry));
    await turn();
    world.authority.tasks.record(task, { type: "withdrawn" }, { by: SCHEDULER });
    world.paper.store();
    world.gates[0]?.open();
    expect(await answer).toMatchObject({ ok: true, state: "queued" });
    expect(world.factsOf(task.id).map(({ to }) => to)).toEqual(["queued", "cancelled", "queued"]);
    expect(replay(world, task.id)?.state).toBe("queued");
    expect(world.authority.tasks.get(task.id)).toBeDefined();
  });

  it("does not write on an old page when the task was revived and settled again meanwhile", async () => {
    const world = slowWorld();
    const task = world.submitted();
    world.authority.tasks.record(task, { type: "withdrawn" }, { by: SCHEDULER });
    world.paper.store();
    const slow = command(world.authority, wish(task.id, retry));
    await turn();
    const quick = command(world.authority, wish(task.id, retry));
    await turn();
    world.gates[1]?.open();
    expect(await quick).toMatchObject({ ok: true, state: "queued" });
    expect(await command(world.authority, wish(task.id, { type: "cancel" }))).toMatchObject({ ok: true });
    world.paper.store();
    world.gates[0]?.open();
    await turn();
    for (const { open } of world.gates) open();
    expect(await slow).toMatchObject({ ok: true, state: "queued" });
    expect(world.factsOf(task.id).map(({ n }) => n)).toEqual([1, 2, 3, 4, 5]);
    expect(replay(world, task.id)?.state).toBe("queued");
  });
});
