import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AttemptReportBody } from "#schema/reports.ts";
import type { RetryPolicy } from "#schema/task.definition.ts";
import { retryDelay } from "#schema/task.retry.ts";
import { attempt } from "../../../services/scheduler/runners/attempts.ts";
import { snapshotOf } from "../../../services/scheduler/tasks.ts";
import { aGround } from "./placement/a-ground.ts";

const policies: fc.Arbitrary<RetryPolicy> = fc.record({
  maxAttempts: fc.integer({ min: 1, max: 6 }),
  initialMs: fc.integer({ min: 0, max: 60_000 }),
  factor: fc.double({ min: 1, max: 10, noNaN: true }),
  maxMs: fc.integer({ min: 0, max: 86_400_000 }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** What becomes of an attempt; only the first two say that the work has failed. */
const ENDS = ["fails", "cannot", "unclaimed", "lost", "paused", "handed over"] as const;

describe("the wait before an attempt", () => {
  it("is never less than nothing, and within the jitter of what the failures ask for, at most the maximum", () => {
    fc.assert(
      fc.property(
        policies,
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (policy, failures, chance) => {
          let plain = policy.initialMs;
          for (let n = 1; n < failures && plain < policy.maxMs; n += 1) plain *= policy.factor;
          plain = Math.min(plain, policy.maxMs);
          const wait = retryDelay(policy, failures, chance);
          expect(wait).toBeGreaterThanOrEqual(Math.max(0, Math.floor(plain * (1 - policy.jitter))));
          expect(wait).toBeLessThanOrEqual(Math.ceil(plain * (1 + policy.jitter)));
        },
      ),
    );
  });
});

/** A task on paper, and beside it what a small model says of it. */
const aLife = (retry: RetryPolicy, repeatable: boolean) => {
  const { authority, submit, place, state, tell, time, deadlines } = aGround();
  const task = submit({ retry, repeatable, pause: "checkpoint" });
  const context = () => snapshotOf(task).context;
  const model = { failures: 0, over: null as string | null };

  const report = async (number: number, body: AttemptReportBody): Promise<void> => {
    const { token, attempt: ordinal } = context();
    const whose = { runner: "local", boot: "b", taskId: task.id, token: token ?? "" };
    const reply = await attempt(authority, { ...whose, attempt: ordinal, number, body });
    expect(reply).toMatchObject({ ok: true });
  };
  const begun = (): Promise<void> => report(1, { type: "started" });

  /** It is due in its time, not before, and then at once. */
  const waited = (): void => {
    const plain = Math.min(retry.maxMs, retry.initialMs * retry.factor ** (model.failures - 1));
    const wait = Date.parse(context().dueAt ?? "") - time.now;
    expect(wait).toBeGreaterThanOrEqual(Math.floor(plain * (1 - retry.jitter)));
    deadlines.fire(authority.tasks);
    expect(state(task)).toBe(wait === 0 ? "queued" : "retrying");
    time.now += wait;
    deadlines.fire(authority.tasks);
  };
  const failed = async (retryable: boolean): Promise<void> => {
    await begun();
    model.failures += 1;
    await report(2, { type: "attempt-failed", error: { code: "x", message: "y" }, retryable });
    if (!retryable || model.failures >= retry.maxAttempts) model.over = "x";
    else waited();
  };
  const ends: Readonly<Record<(typeof ENDS)[number], () => Promise<void>>> = {
    fails: () => failed(true),
    cannot: () => failed(false),
    unclaimed: async () => {
      await report(1, { type: "unclaimed", message: "busy" });
      // It is asked again only after a moment.
      time.now += 1_000;
    },
    lost: async () => {
      await begun();
      tell(task, { type: "attempt-lost", message: "gone" });
      if (!repeatable) model.over = "outcome-unknown";
    },
    paused: async () => {
      await begun();
      tell(task, { type: "pause-requested" });
      await report(2, { type: "paused", inPlace: false });
      tell(task, { type: "resumed" });
    },
    "handed over": async () => {
      await begun();
      await report(2, { type: "handed-over" });
    },
  };
  return {
    model,
    /** Its turn comes, and its attempt ends like this. */
    attempted: async (end: (typeof ENDS)[number]): Promise<void> => {
      place();
      expect(state(task)).toBe("running.starting");
      await ends[end]();
    },
    agree: (): void => {
      expect(state(task)).toBe(model.over === null ? "queued" : "failed");
      expect(context().failures).toBe(model.failures);
      expect(context().error?.code).toBe(model.over ?? context().error?.code);
    },
  };
};

describe("retries, whatever becomes of the attempts", () => {
  it("are as many as the policy says, each in its time; only failures are charged, and what cannot be helped ends it", async () => {
    await fc.assert(
      fc.asyncProperty(
        policies,
        fc.boolean(),
        fc.array(fc.constantFrom(...ENDS), { maxLength: 20 }),
        async (retry, repeatable, ends) => {
          const life = aLife(retry, repeatable);
          for (const end of ends) {
            if (life.model.over === null) await life.attempted(end);
            life.agree();
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
