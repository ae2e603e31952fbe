import { describe, expect, it } from "vitest";
import type { ScheduleBody } from "#schema/schedule.ts";
import { aWorldOfSchedules, HOUR } from "./a-schedule.ts";

describe("runs that were missed", () => {
  /** Down from 08:00 until 13:30: 09:00 to 13:00 were missed. */
  const afterFiveHours = (changes: Partial<ScheduleBody>) => {
    const world = aWorldOfSchedules();
    const id = world.made(changes);
    world.restart();
    world.pass(5.5 * HOUR);
    return { ...world, id, told: world.story(id).slice(1) };
  };

  it("are all passed over in one fact (none)", () => {
    const { told, recordFacts, id, schedule } = afterFiveHours({ missed: "none" });
    expect(told).toEqual(["passed-over 2026-11-21T09:00 ×5"]);
    expect(recordFacts(id).at(-1)?.data["why"]).toMatch(/^Missed/);
    expect(schedule(id)?.dueAt).toBe("2026-11-21T14:00:00.000Z");
  });

  it("are made up for by the latest (one)", () => {
    const { told, tasks, schedule, id } = afterFiveHours({ missed: "one" });
    expect(told).toEqual(["passed-over 2026-11-21T09:00 ×4", "fired 2026-11-21T13:00"]);
    expect(tasks()).toHaveLength(1);
    expect(schedule(id)?.dueAt).toBe("2026-11-21T14:00:00.000Z");
  });

  it("are made up for one by one, the oldest first (all)", () => {
    const { told, tasks } = afterFiveHours({ missed: "all", overlap: "queue" });
    expect(told).toEqual(
      [9, 10, 11, 12, 13].map((hour) => `fired 2026-11-21T${`${hour}`.padStart(2, "0")}:00`),
    );
    expect(tasks()).toHaveLength(5);
  });

  it("meet one another like any others (all, with skip and replace)", () => {
    expect(afterFiveHours({ missed: "all", overlap: "skip" }).told).toEqual([
      "fired 2026-11-21T09:00",
      "passed-over 2026-11-21T10:00 ×4",
    ]);
    expect(afterFiveHours({ missed: "all", overlap: "replace" }).told).toEqual([
      "passed-over 2026-11-21T09:00 ×4",
      "fired 2026-11-21T13:00",
    ]);
  });

  it("are made up for a hundred times at most", () => {
    const { told, tasks } = afterFiveHours({ missed: "all", overlap: "queue", cron: "* * * * *" });
    expect(tasks()).toHaveLength(101);
    expect(told.slice(98)).toEqual([
      "fired 2026-11-21T09:39",
      "fired 2026-11-21T09:40",
      "passed-over 2026-11-21T09:41 ×229",
      // The last is due at this very moment: it was not missed.
      "fired 2026-11-21T13:30",
    ]);
  });

  it("by the thousand are counted no further, and the latest is still found", () => {
    const { told, recordFacts, id } = afterFiveHours({ missed: "one", cron: "*/2 * * * * *" });
    expect(told).toEqual(["passed-over 2026-11-21T08:00 ×1000", "fired 2026-11-21T13:30"]);
    expect(recordFacts(id).at(-2)?.data["why"]).toContain("more than 1000");
  });

  it("are not missed when the restart was short", () => {
    const { made, restart, pass, story } = aWorldOfSchedules();
    const id = made({ missed: "none" });
    restart();
    pass(HOUR + 30_000);
    expect(story(id)).toEqual(["created", "fired 2026-11-21T09:00"]);
  });
});
