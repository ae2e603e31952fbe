import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { connectNats } from "#infra/nats/connect.ts";
import { SCHEDULER } from "#schema/actor.ts";
import { GENESIS } from "#schema/envelope.ts";
import { openJournal } from "../../../../services/scheduler/journal/journal.ts";
import { aReader } from "../../../support/a-scheduler.ts";
import { until } from "../../../support/until.ts";
import { edge, ends, nats, scheduler, withASchedulerEach } from "./a-scheduler-with-types.ts";

withASchedulerEach();

describe("a commit whose end is unclear", () => {
  it("waits for what a stalled server still has to store before it calls facts unrecorded", async () => {
    const reader = await aReader(edge.connection);
    ends.push(reader.stop);
    const due = Date.now() + 1_200;
    const runAt = new Date(due).toISOString();
    const count = 15;
    for (let i = 0; i < count; i += 1) await edge.submit({ runAt });
    process.kill(nats.pid, "SIGSTOP");
    // The publishes of the due tasks run into their timeout of 2 s while the server has them in its socket.
    await until("publishes timed out", () => Date.now() > due + 2_300, 5_000);
    process.kill(nats.pid, "SIGCONT");
    const released = () => reader.taskFacts().filter(({ type }) => type === "released");
    await until("all are released", () => released().length >= count);
    await until("it takes work again, or gave up", async () => {
      // While its lease could not be renewed it answers nobody.
      return scheduler.failures.length > 0 || (await edge.submit().catch(() => undefined))?.ok;
    });
    expect(scheduler.failures).toEqual([]);
    expect(new Set(released().map(({ taskId }) => taskId)).size).toBe(count);
    expect(released()).toHaveLength(count);
  });

  it("answers nothing any more once it was lost to another scheduler, not even a refusal", async () => {
    const connection = await connectNats({
      url: nats.url,
      seedFile: nats.seedFile("scheduler"),
      user: "scheduler",
    });
    ends.push(() => connection.close());
    const fenced: Error[] = [];
    const lost = openJournal({
      connection,
      log: pino({ level: "silent" }),
      start: { seq: 1, hash: GENESIS },
      fenced: (error) => fenced.push(error),
    });
    const epoch = {
      v: 1,
      id: "x",
      type: "epoch",
      at: "",
      actor: SCHEDULER,
      reason: null,
      cause: null,
    } as const;
    const place = { queue: "", previous: null };
    lost.write({ ...epoch, epoch: 9, data: { version: "" } }, place, () => undefined);
    await expect(lost.settled()).rejects.toThrow("could not be written");
    expect(fenced).toHaveLength(1);
    await expect(lost.settled()).rejects.toThrow("another scheduler");
  });
});
