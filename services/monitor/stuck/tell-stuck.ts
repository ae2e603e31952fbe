import { systemClock } from "#infra/clock.ts";
import type { Log } from "#infra/log.ts";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { ask } from "#infra/nats/serve.ts";
import type { ReportReply } from "#schema/reports.ts";
import { HEADER, reportSubject, telemetrySubject } from "#schema/subjects.ts";
import type { Progress, RunnerUse } from "#schema/telemetry.ts";
import type { Listener } from "../read-journal.ts";
import { createWatch, type Finding } from "./watch.ts";

const TIMEOUT_MS = 2_000;

/** Tells the scheduler which attempts stand still and which do so no more; says it again at each look until its fact is heard. */
export const tellStuck = (connection: NatsConnection, log: Log): Listener => {
  const watch = createWatch();
  const now = (): number => systemClock.monotonic();

  const tell = (finding: Finding): void => {
    const body = { runner: "monitor", ...finding };
    ask<ReportReply>(connection, reportSubject("monitor", "stall"), body, TIMEOUT_MS).then(
      (reply) => {
        if (reply.ok || reply.code === "stale") return;
        log.warn({ ...finding, reply }, "the scheduler did not take what stands still");
      },
      (error: unknown) => log.debug({ err: error, ...finding }, "no scheduler heard what stands still"),
    );
  };

  const listen = (
    kind: "progress" | "log" | "use",
    each: (read: () => unknown, taskId: string) => void,
  ): void => {
    connection.subscribe(telemetrySubject(kind, "*"), {
      callback: (error, message) => {
        try {
          if (error) throw error;
          each(() => message.json(), message.headers?.get(HEADER.taskId) ?? "");
        } catch (fault) {
          log.warn({ err: fault, subject: message.subject }, "a telemetry message cannot be read");
        }
      },
    });
  };

  listen("progress", (read) => watch.progress(read() as Progress, now()));
  listen("log", (_, taskId) => watch.output(taskId, now()));
  listen("use", (read) => watch.look(read() as RunnerUse, now()).forEach(tell));

  return { restart: watch.restart, hear: (_, fact) => watch.hear(fact, now()) };
};
