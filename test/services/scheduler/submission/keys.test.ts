import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SCHEDULER } from "#schema/actor.ts";
import { CAPABILITIES } from "#schema/policy.ts";
import { INLINE_LIMIT } from "#schema/stored.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import { submit } from "../../../../services/scheduler/submission/submit.ts";
import { submitMany } from "../../../../services/scheduler/submission/submit-many.ts";
import { anAuthority } from "../an-authority.ts";

const DAY_MS = 86_400_000;
const by = { actor: { kind: "user", id: "ada" }, capabilities: CAPABILITIES } as const;

const aWorld = () => {
  const world = anAuthority();
  // Without a slot, what is submitted waits.
  world.join("local", 0);
  const { authority } = world;
  Object.assign(authority.objects, {
    keep: async (value: unknown) => {
      const json = JSON.stringify(value);
      const sha256 = createHash("sha256").update(json).digest("hex");
      return json.length > INLINE_LIMIT ? { ref: sha256, sha256, size: json.length } : { value };
    },
  });
  return {
    ...world,
    ask: (task: Partial<SubmitBody>) =>
      submit(authority, { id: "w", by, task: { type: "sleep", payload: {}, ...task } }),
    many: (...tasks: Partial<SubmitBody>[]) =>
      submitMany(authority, {
        id: "w",
        by,
        tasks: tasks.map((task) => ({ type: "sleep", payload: {}, ...task })),
      }),
    cancel: (id: string): void => {
      const task = authority.tasks.get(id);
      if (task) authority.tasks.record(task, { type: "withdrawn" }, { by: SCHEDULER });
      world.paper.store();
    },
  };
};

const idOf = (reply: Awaited<ReturnType<typeof submit>>): string => {
  if (!reply.ok) throw new Error(reply.message);
  return reply.taskId;
};

describe("an idempotency key", () => {
  const idempotencyKey = "k";
  const text = "x".repeat(INLINE_LIMIT);

  it.each([
    ["small", { ms: 1, text: "a" }, { text: "a", ms: 1 }],
    ["large", { text }, { text }],
  ])(
    "answers with the first task for a %s payload that says the same, live or settled",
    async (_, first, again) => {
      const world = aWorld();
      const id = idOf(await world.ask({ idempotencyKey, payload: first }));
      const same = { ok: true, taskId: id, repeated: true };
      expect(await world.ask({ idempotencyKey, payload: again, priority: "high" })).toMatchObject(same);
      world.cancel(id);
      expect(await world.ask({ idempotencyKey, payload: again })).toMatchObject({
        ...same,
        state: "settled",
      });
    },
  );

  it.each([
    ["payload", { payload: { ms: 2 } }],
    ["large payload", { payload: { text: `${text}y` } }],
    ["type", { type: "once" }],
  ])("is refused with another %s, whether its task is live or settled", async (_, change) => {
    const world = aWorld();
    const { authority } = world;
    const [sleep] = [authority.runners.type("sleep")];
    if (!sleep) throw new Error("no such type");
    const types = [sleep, { ...sleep, type: "once" }];
    authority.runners.join({ runner: "local", boot: "b", slots: 0, types, host: "h", pid: 1, seen: 0 });
    const id = idOf(await world.ask({ idempotencyKey, payload: { ms: 1 } }));
    const refusal = { ok: false, code: "key-reused", message: expect.stringContaining(id) };
    expect(await world.ask({ idempotencyKey, payload: { ms: 1 }, ...change })).toMatchObject(refusal);
    world.cancel(id);
    expect(await world.ask({ idempotencyKey, payload: { ms: 1 }, ...change })).toMatchObject(refusal);
  });

  it("is its task's for a day after the end, and then free", async () => {
    const world = aWorld();
    const id = idOf(await world.ask({ idempotencyKey }));
    world.time.now += 3 * DAY_MS;
    expect(await world.ask({ idempotencyKey })).toMatchObject({ taskId: id, repeated: true });
    world.cancel(id);
    world.time.now += DAY_MS - 1;
    world.authority.tasks.prune(() => false);
    expect(await world.ask({ idempotencyKey })).toMatchObject({ taskId: id, repeated: true });
    world.time.now += 1;
    world.authority.tasks.prune(() => false);
    const next = idOf(await world.ask({ idempotencyKey, payload: { ms: 7 } }));
    expect(next).not.toBe(id);
  });

  it("is free again when its task was never stored", async () => {
    const world = aWorld();
    idOf(await world.ask({ idempotencyKey }));
    world.paper.forget();
    world.join();
    expect(await world.ask({ idempotencyKey, payload: { ms: 7 } })).toEqual(
      expect.not.objectContaining({ repeated: true }),
    );
  });

  it("is refused within one wish of many for another body too", async () => {
    const world = aWorld();
    const reply = await world.many(
      { idempotencyKey },
      { idempotencyKey },
      { idempotencyKey, payload: { ms: 3 } },
    );
    expect(reply).toMatchObject({
      ok: true,
      replies: [{ ok: true }, { ok: true, repeated: true }, { code: "key-reused" }],
    });
  });
});

describe("a task that repeats another with changes", () => {
  it("is taken when that has ended, or was forgotten long ago", async () => {
    const world = aWorld();
    const id = idOf(await world.ask({}));
    world.cancel(id);
    const again = idOf(await world.ask({ retryOf: id, payload: { ms: 2 } }));
    expect(world.factsOf(again)[0]?.data["definition"]).toMatchObject({ retryOf: id });
    expect(await world.ask({ retryOf: "0199a0b0-0000-7000-8000-000000000000" })).toMatchObject({ ok: true });
  });

  it("is refused while that is still there, and for what is no id", async () => {
    const world = aWorld();
    const id = idOf(await world.ask({}));
    expect(await world.ask({ retryOf: id })).toMatchObject({ ok: false, code: "refused", state: "queued" });
    expect(await world.ask({ retryOf: "the other one" })).toMatchObject({
      ok: false,
      code: "invalid",
      details: [{ path: "retryOf" }],
    });
  });
});
