import fc from "fast-check";
import { expect, it } from "vitest";
import { parseCron } from "#schema/cron.ts";
import { aWorldOfSchedules, HOUR, MINUTE } from "./a-schedule.ts";

/** What may happen to a scheduler in an afternoon. */
const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 50 * MINUTE }) }) },
  { weight: 1, arbitrary: fc.record({ pass: fc.integer({ min: HOUR, max: 5 * HOUR }) }) },
  { weight: 2, arbitrary: fc.constant("store" as const) },
  { weight: 1, arbitrary: fc.constant("crash" as const) },
  { weight: 1, arbitrary: fc.nat(1_000).map((share) => ({ tear: share / 1_000 })) },
  { weight: 1, arbitrary: fc.constant("settle" as const) },
);

it("comes to every due moment exactly once, in order and never early, whatever happens in between", () => {
  const body = fc.record({
    cron: fc.constantFrom("*/20 * * * *", "5,50 * * * *", "0 9-14 * * *"),
    timezone: fc.constantFrom("UTC", "America/New_York"),
    jitterMs: fc.constantFrom(0, 5 * MINUTE),
    overlap: fc.constantFrom("skip" as const, "queue" as const, "replace" as const),
    missed: fc.constantFrom("none" as const, "one" as const, "all" as const),
  });
  fc.assert(
    fc.property(body, fc.array(event, { maxLength: 25 }), (changes, events) => {
      const { made, pass, paper, tasks, recordFacts, restart, fire, time, withdraw } = aWorldOfSchedules();
      const id = made(changes);
      paper.store();
      let stored = paper.written.length;
      const keep = (count: number): void => {
        stored = count;
        paper.store(count);
      };
      for (const what of events) {
        if (what === "store") keep(paper.written.length);
        else if (what === "settle") for (const task of tasks()) withdraw(task.id);
        else if (what === "crash" || "tear" in what) {
          if (what !== "crash") keep(stored + Math.floor((paper.written.length - stored) * what.tear));
          paper.forget();
          restart();
          fire();
        } else pass(what.pass);
      }

      const parsed = parseCron(changes.cron, changes.timezone);
      if (!parsed.ok) throw new Error(parsed.message);
      const { times } = parsed;
      const happened = recordFacts(id).slice(1);
      let next = times.next(Date.parse("2026-11-21T08:00:00.000Z"));
      for (const { data, at } of happened) {
        expect(data["dueAt"]).toBe(new Date(next ?? 0).toISOString());
        expect(at >= String(data["dueAt"])).toBe(true);
        for (let run = 0; run < Number(data["runs"] ?? 1); run += 1) next = times.next(next ?? 0);
      }
      // All that is due by now is done, but for its jitter.
      expect(next).toBeGreaterThan(time.now - changes.jitterMs);
      const fired = happened.filter(({ type }) => type === "fired").map(({ data }) => data["task"]);
      expect(fired).toEqual(tasks().map((task) => task.id));
      expect(new Set(tasks().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(tasks().length);
    }),
    { numRuns: 150 },
  );
});
