import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Blobs, BlobHead } from "#infra/nats/blobs.ts";
import { SCHEDULER } from "#schema/actor.ts";
import { openQueue } from "#schema/queue.ts";
import type { TaskEventType } from "#schema/task.events.ts";
import {
  keptCheckpoints,
  loadCheckpoint,
  writeCheckpoint,
} from "../../../../services/scheduler/recovery/checkpoint.ts";
import {
  nothingRecovered,
  type Recovered,
  sweep,
  take,
} from "../../../../services/scheduler/recovery/recovered.ts";
import { snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { EXAMPLES } from "../../../support/task-examples.ts";
import { anAuthority } from "../an-authority.ts";
import { memoryOf } from "./memory-of.ts";

const DAY_MS = 24 * 3_600_000;
const by = { by: SCHEDULER };

const onPaper = (): Blobs => {
  const kept = new Map<string, { head: BlobHead; bytes: Uint8Array }>();
  return {
    heads: async (names) => names.flatMap((name) => kept.get(name)?.head ?? []),
    read: async ({ name }) => kept.get(name)?.bytes ?? new Uint8Array(),
    write: async (name, bytes, notes) =>
      void kept.set(name, { head: { name, size: bytes.length, notes }, bytes }),
  };
};

const types = Object.keys(EXAMPLES).filter((type) => type !== "submitted") as TaskEventType[];

/** A scheduler on paper to which things happen that the chart allows. */
const aLife = () => {
  const scheduler = anAuthority();
  const { tasks, records } = scheduler.authority;
  const born: string[] = [];
  const current = (id: string) => {
    const live = tasks.get(id);
    const settled = tasks.settled(id);
    if (live || !settled) return live;
    const { fact, hash } = scheduler.paper.written[settled.seq - 1] ?? {};
    return fact && hash !== undefined ? tasks.exhume(settled, fact, hash) : undefined;
  };
  return {
    ...scheduler,
    born,
    submit: (key: boolean, after: boolean) => {
      const first = born.at(-1);
      const task = scheduler.submitted({
        idempotencyKey: key ? `key-${born.length}` : null,
        ...(after && first !== undefined ? { after: [first] } : {}),
      });
      born.push(task.id);
      return task.id;
    },
    /** The chosen one of all that can happen to a task now. */
    happen: (which: number, choice: number) => {
      const task = current(born[which % Math.max(1, born.length)] ?? "");
      if (!task) return;
      const possible = types.filter((type) => snapshotOf(task).can(EXAMPLES[type]));
      const type = possible[choice % Math.max(1, possible.length)];
      if (type) tasks.record(task, EXAMPLES[type], by);
    },
    complete: (id: string) => {
      for (const type of ["assigned", "started", "completed"] as const) {
        const task = tasks.get(id);
        if (task) tasks.record(task, EXAMPLES[type], by);
      }
    },
    end: (id: string) => {
      const task = tasks.get(id);
      if (task) tasks.record(task, EXAMPLES.withdrawn, by);
    },
    revive: (id: string) => {
      const task = current(id);
      if (task) tasks.record(task, EXAMPLES.revived, by);
    },
    queue: (id: string) =>
      void records.queue.record(id, { type: "queue-paused" }, { ...openQueue(id), state: "paused" }, by),
    leave: () => scheduler.authority.runners.leave("local", "left", "It was stopped."),
    fold: (onto: Recovered, from = 0, to = scheduler.paper.written.length): Recovered => {
      for (const { seq, hash, fact } of scheduler.paper.written.slice(from, to))
        take(onto, fact, { seq, hash });
      return onto;
    },
  };
};

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("submit" as const), key: fc.boolean(), after: fc.boolean() }),
  },
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant("happen" as const), which: fc.nat(20), choice: fc.nat(40) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("queue" as const), id: fc.constantFrom("a", "b") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("join" as const, "leave" as const) }) },
);

const live = (
  life: ReturnType<typeof aLife>,
  steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
) => {
  for (const one of steps) {
    life.time.now += 1_000;
    if (one.kind === "submit") life.submit(one.key, one.after);
    else if (one.kind === "happen") life.happen(one.which, one.choice);
    else if (one.kind === "queue") life.queue(one.id);
    else if (one.kind === "join") life.join();
    else life.leave();
  }
};

describe("a checkpoint and the facts after it", () => {
  it("are the same memory as all facts, wherever it was taken", async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120, size: "max" }), fc.nat(), async (steps, cut) => {
        const life = aLife();
        live(life, steps);
        for (const { fact } of life.paper.written) seen.add(fact.type);
        const at = cut % (life.paper.written.length + 1);
        const blobs = onPaper();
        await writeCheckpoint(blobs, life.fold(nothingRecovered(), 0, at));
        const [kept] = await keptCheckpoints(blobs);
        const start = kept && (await loadCheckpoint(blobs, kept));
        expect(start?.tail.seq).toBe(at);
        expect(memoryOf(life.fold(start ?? nothingRecovered(), at))).toEqual(
          memoryOf(life.fold(nothingRecovered())),
        );
      }),
      { numRuns: 80 },
    );
    expect([...seen]).toEqual(
      expect.arrayContaining(["completed", "attempt-lost", "revived", "joined", "left", "queue-paused"]),
    );
  }, 60_000);

  it("are kept three at a time, the newest first", async () => {
    const life = aLife();
    const blobs = onPaper();
    const recovered = nothingRecovered();
    for (let count = 1; count <= 5; count += 1) {
      life.submit(false, false);
      await writeCheckpoint(blobs, life.fold(recovered, count - 1, count));
    }
    expect((await keptCheckpoints(blobs)).map(({ seq }) => seq)).toEqual([5, 4, 3]);
  });
});

describe("the window of settled tasks", () => {
  const settledAfter = (life: ReturnType<typeof aLife>): Recovered => {
    const recovered = life.fold(nothingRecovered());
    sweep(recovered, life.time.now);
    return recovered;
  };

  it("lets go of what settled more than a day ago, and keeps the rest", () => {
    const life = aLife();
    const old = life.submit(true, false);
    life.complete(old);
    life.time.now += DAY_MS + 2 * 3_600_000;
    const young = life.submit(true, false);
    life.complete(young);
    expect([...settledAfter(life).settled.keys()]).toEqual([young]);
  });

  it("keeps what an unsettled task comes after, however old", () => {
    const life = aLife();
    const first = life.submit(false, false);
    life.complete(first);
    const next = life.submit(false, true);
    life.time.now += 3 * DAY_MS;
    const recovered = settledAfter(life);
    expect([...recovered.settled.keys()]).toEqual([first]);
    expect([...recovered.live.keys()]).toEqual([next]);
  });

  it("takes back a task that was revived in the last moment, although it is forgotten here", () => {
    const life = aLife();
    const id = life.submit(false, false);
    life.end(id);
    const { length } = life.paper.written;
    const recovered = life.fold(nothingRecovered());
    sweep(recovered, life.time.now + 2 * DAY_MS);
    expect(recovered.settled.size).toBe(0);
    life.revive(id);
    life.fold(recovered, length);
    const whole = life.fold(nothingRecovered());
    expect(recovered.live.get(id)?.task).toMatchObject({ n: 3, state: "queued" });
    expect(recovered.live.get(id)?.task.context).toEqual(whole.live.get(id)?.task.context);
  });

  it("does not gather what is too old while it folds", () => {
    const life = aLife();
    const id = life.submit(false, false);
    life.complete(id);
    const facts = life.paper.written.map(({ fact }) => fact);
    const recovered = nothingRecovered();
    let most = 0;
    let seq = 0;
    for (let day = 0; day < 4; day += 1) {
      const at = new Date(life.time.now + day * 2 * DAY_MS).toISOString();
      for (let task = 0; task < 15_000; task += 1) {
        for (const fact of facts)
          take(recovered, { ...fact, taskId: `${day}-${task}`, at }, { seq: (seq += 1), hash: "" });
        most = Math.max(most, recovered.settled.size);
      }
    }
    expect(most).toBeLessThanOrEqual(50_000);
  });
});
