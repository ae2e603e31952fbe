import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createSharedHost } from "../../../../services/runner/slots/shared-host.ts";
import type { FromSlot, ToSlot } from "../../../../services/runner/slots/slot-protocol.ts";
import type { Holder } from "../../../../services/runner/slots/slot.ts";

const ENDED: FromSlot = { kind: "ended", ending: { type: "completed", result: 1 } };

/** Processes on paper: what was sent to each, and what became of it. */
const aHouse = () => {
  const processes: { sent: ToSlot[]; holder: Holder; end?: "released" | "killed" }[] = [];
  const shared = createSharedHost({
    take: (holder) => {
      const process: (typeof processes)[number] = { sent: [], holder };
      processes.push(process);
      return {
        pid: processes.length,
        send: (message) => void process.sent.push(message),
        release: () => void (process.end = "released"),
        kill: () => void (process.end = "killed"),
      };
    },
  });
  const take = () => {
    const heard: FromSlot[] = [];
    const job = { heard, deaths: 0 };
    const slot = shared.take({
      hear: (message) => void heard.push(message),
      died: () => void (job.deaths += 1),
    });
    return Object.assign(job, { slot });
  };
  return { processes, take };
};

describe("a process that many jobs share", () => {
  it("gets what is sent in one turn in one message, and every job hears its own", async () => {
    const { processes, take } = aHouse();
    const [first, second] = [take(), take()];
    first.slot.send({ kind: "pause" });
    second.slot.send({ kind: "cancel" });
    await nextTurn();
    expect(processes.map(({ sent }) => sent)).toEqual([
      [
        {
          kind: "parcels",
          parcels: [
            { job: 1, message: { kind: "pause" } },
            { job: 2, message: { kind: "cancel" } },
          ],
        },
      ],
    ]);
    processes[0]?.holder.hear({ kind: "parcels", parcels: [{ job: 2, message: ENDED }] });
    expect([first.heard, second.heard]).toEqual([[], [ENDED]]);
  });

  it("is given back with its last job, and taken anew for the next", () => {
    const { processes, take } = aHouse();
    const [first, second] = [take(), take()];
    first.slot.release();
    expect(processes[0]?.end).toBeUndefined();
    second.slot.release();
    expect(processes[0]?.end).toBe("released");
    expect(take().slot.pid).toBe(2);
  });

  it("goes on for the others when one job is killed, takes no new one, and is killed after them", () => {
    const { processes, take } = aHouse();
    const [first, second] = [take(), take()];
    first.slot.kill();
    expect(processes[0]?.end).toBeUndefined();
    processes[0]?.holder.hear({ kind: "parcels", parcels: [{ job: 1, message: ENDED }] });
    expect(first.heard).toEqual([]);
    const third = take();
    expect(third.slot.pid).toBe(2);
    second.slot.release();
    expect(processes.map(({ end }) => end)).toEqual(["killed", undefined]);
    third.slot.release();
    expect(processes[1]?.end).toBe("released");
  });

  it("is a crash of the only job in it when it dies, and the next job gets another", () => {
    const { processes, take } = aHouse();
    const jobs = [take(), take()];
    jobs[0]?.slot.release();
    processes[0]?.holder.died();
    expect(jobs.map(({ deaths }) => deaths)).toEqual([0, 1]);
    expect(take().slot.pid).toBe(2);
  });

  it("is a crash of nobody yet when it dies with several: each begins again alone, told what it was told", () => {
    const { processes, take } = aHouse();
    const jobs = [take(), take()];
    jobs[0]?.slot.send({ kind: "pause" });
    jobs[1]?.slot.send({ kind: "cancel" });
    processes[0]?.holder.died();
    expect(jobs.map(({ deaths, slot }) => [deaths, slot.pid])).toEqual([
      [0, 2],
      [0, 3],
    ]);
    expect(processes.slice(1).map(({ sent }) => sent)).toEqual([[{ kind: "pause" }], [{ kind: "cancel" }]]);
    jobs[0]?.slot.send({ kind: "resume" });
    expect(processes[1]?.sent.at(-1)).toEqual({ kind: "resume" });
    processes[1]?.holder.hear(ENDED);
    jobs[0]?.slot.release();
    processes[2]?.holder.died();
    expect(jobs.map(({ heard, deaths }) => [heard, deaths])).toEqual([
      [[ENDED], 0],
      [[], 1],
    ]);
    expect(processes.map(({ end }) => end)).toEqual([undefined, "released", undefined]);
  });

  it("is a crash of who had something recorded already, for that cannot be unsaid", () => {
    const { processes, take } = aHouse();
    const [first, second] = [take(), take()];
    const body = { type: "checkpointed", checkpoint: 1 } as const;
    const message = { kind: "record", id: 1, body } as const;
    processes[0]?.holder.hear({ kind: "parcels", parcels: [{ job: 1, message }] });
    processes[0]?.holder.died();
    expect([first.deaths, second.deaths]).toEqual([1, 0]);
  });
});
