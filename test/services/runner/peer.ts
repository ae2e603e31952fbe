/** The other end of the runner's wire: records what it reports and writes the facts it follows, judged by the real statechart. */
import { jetstreamManager } from "@nats-io/jetstream";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { serve } from "#infra/nats/serve.ts";
import type {
  AttemptReport,
  AttemptReports,
  Hello,
  LeaseRenewal,
  ReportReply,
  Welcome,
} from "#schema/reports.ts";
import { JOURNAL, reportSubject } from "#schema/subjects.ts";
import type { LogChunk, Progress } from "#schema/telemetry.ts";
import type { TestNats } from "../../support/stack.ts";
import { openPeerTasks, type PeerTasks } from "./peer-tasks.ts";
import { readTelemetry } from "./telemetry-reader.ts";

export interface Peer extends Omit<PeerTasks, "inTurn" | "judge"> {
  readonly hellos: Hello[];
  /** Set false and nobody answers renewals, or anything at all. */
  answerLease: boolean;
  answerReports: boolean;
  answerHello: boolean;
  /** When the last renewal came, on the monotonic clock. */
  renewedAt: number;
  /** Called on each report before it is judged. */
  onReport: (report: AttemptReport) => void;
  /** Declares the runner lost: its boot is unknown from now on. */
  forgetBoot(): void;
  until<T>(what: string, look: () => T | undefined | false, ms?: number): Promise<T>;
  logs(id: string): Promise<LogChunk[]>;
  progress(id: string): Promise<Progress[]>;
  ask<T>(subject: string, body?: unknown): Promise<T>;
  close(): Promise<void>;
}

export const openPeer = async (nats: TestNats, runner = "local"): Promise<Peer> => {
  const connect = (user: string): Promise<NatsConnection> =>
    connectNats({ url: nats.url, seedFile: nats.seedFile(user), user });
  const connection = await connect("scheduler");
  const reader = await connect("projector");
  const web = await connect("web");
  const { inTurn, judge, ...tasks } = openPeerTasks(connection, runner);
  let boot: string | undefined;

  const failures: unknown[] = [];
  const failed = (error: unknown): void => void failures.push(error);
  const silence = new Promise<never>(() => undefined);

  const peer: Peer = {
    hellos: [],
    answerLease: true,
    answerReports: true,
    answerHello: true,
    renewedAt: performance.now(),
    onReport: () => undefined,
    ...tasks,
    forgetBoot: () => {
      boot = undefined;
    },
    until: async (what, look, ms = 30_000) => {
      const until = performance.now() + ms;
      for (;;) {
        if (failures.length > 0) throw failures[0];
        const found = look();
        if (found !== undefined && found !== false) return found;
        if (performance.now() > until) throw new Error(`waited ${ms} ms for ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    logs: (id) => readTelemetry<LogChunk>(reader, "telemetry.log.>", id),
    progress: (id) => readTelemetry<Progress>(reader, "telemetry.progress.>", id),
    ask: async <T>(subject: string, body: unknown = null) =>
      (await web.request(subject, JSON.stringify(body), { timeout: 10_000 })).json<T>(),
    close: async () => {
      await Promise.all([connection.close(), reader.close(), web.close()]);
    },
  };

  serve(
    connection,
    reportSubject(runner, "hello"),
    (body) =>
      inTurn(async () => {
        const hello = body as Hello;
        if (!peer.answerHello) return { ok: false, code: "unavailable", message: "not now" };
        const { state } = await (await jetstreamManager(reader)).streams.info(JOURNAL);
        boot = hello.boot;
        peer.hellos.push(hello);
        return { ok: true, seq: state.last_seq, epoch: 1 } satisfies Welcome;
      }),
    failed,
  );
  serve(
    connection,
    reportSubject(runner, "lease"),
    (body) => {
      peer.renewedAt = performance.now();
      if (!peer.answerLease) return silence;
      const known = (body as LeaseRenewal).boot === boot;
      return Promise.resolve(
        known ? { ok: true, seq: 0 } : { ok: false, code: "unknown-runner", message: "who?" },
      );
    },
    failed,
  );
  const answer = (report: AttemptReport): Promise<ReportReply> => {
    peer.onReport(report);
    return peer.answerReports ? inTurn(() => judge(report, boot)) : silence;
  };
  serve(
    connection,
    reportSubject(runner, "attempts"),
    async (body) => {
      const { reports, ...from } = body as AttemptReports;
      return {
        ok: true,
        replies: await Promise.all(reports.map((report) => answer({ ...report, ...from }))),
      };
    },
    failed,
  );
  serve(connection, reportSubject(runner, "attempt"), (body) => answer(body as AttemptReport), failed);
  serve(connection, reportSubject(runner, "goodbye"), () => Promise.resolve({ ok: true, seq: 0 }), failed);
  return peer;
};
