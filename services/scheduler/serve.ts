import { setTimeout as pause } from "node:timers/promises";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { LostObject } from "#infra/nats/objects.ts";
import { serve } from "#infra/nats/serve.ts";
import {
  type ChildSubmission,
  ChildSubmissionShape,
  type ResultsQuestion,
  ResultsQuestionShape,
} from "#schema/attempt-questions.ts";
import { isUnanswered } from "#infra/nats/unanswered.ts";
import type { AttemptReport, AttemptReports, Hello, LeaseRenewal, Pressure, Stall } from "#schema/reports.ts";
import {
  AttemptReportsShape,
  HelloShape,
  LeaseRenewalShape,
  PressureShape,
  StallShape,
} from "#schema/report-shapes.ts";
import { COMMANDS, type ReportKind, REPORTS } from "#schema/subjects.ts";
import { IllegalFact } from "#schema/task.evolve.ts";
import {
  BatchWishShape,
  QueueWishShape,
  RunnerWishShape,
  ScheduleWishShape,
  SubmitManyWishShape,
  SubmitWishShape,
  TaskWishShape,
  TemplateWishShape,
  WhyQuestionShape,
} from "#schema/wish-shapes.ts";
import type {
  BatchWish,
  QueueWish,
  RunnerWish,
  ScheduleWish,
  SubmitManyWish,
  SubmitWish,
  TaskWish,
  TemplateWish,
  WhyQuestion,
} from "#schema/wishes.ts";
import { attempt } from "./runners/attempts.ts";
import type { Authority } from "./authority.ts";
import { changeBatch } from "./batches/change-batch.ts";
import { submitChild } from "./submission/children.ts";
import { command } from "./commands.ts";
import { FactTooLarge, NotRecorded } from "./journal/journal.ts";
import { changeRunner } from "./runners/change-runner.ts";
import { goodbye, hello, renew } from "./runners/leases.ts";
import { manyReports } from "./runners/many-reports.ts";
import { pressure } from "./runners/pressure.ts";
import { stall } from "./runners/stalls.ts";
import { changeQueue } from "./queues.ts";
import { results } from "./submission/results.ts";
import { attemptShape, misshapen, type Shape, shapeOf } from "./shape.ts";
import { changeSchedule } from "./schedules/schedules.ts";
import { submit } from "./submission/submit.ts";
import { submitMany } from "./submission/submit-many.ts";
import { changeTemplate } from "./templates/templates.ts";
import { why } from "./why.ts";

const DRAIN_LIMIT_MS = 2_000;

const UNAVAILABLE = {
  ok: false,
  code: "unavailable",
  message: "The journal cannot be written right now; nothing was recorded. Try again.",
} as const;

const unavailable = (why: string | null) =>
  why === null ? UNAVAILABLE : { ...UNAVAILABLE, message: `${why} Nothing was recorded.` };

const MONITOR = "monitor";
const SEEN_BY_MONITORS: ReadonlySet<string> = new Set(["pressure", "stall"] satisfies ReportKind[]);

interface Handler {
  readonly shape: Shape;
  readonly handle: (authority: Authority, body: never) => unknown;
}

const wishes = new Map<string, Handler>([
  ["submit", { shape: shapeOf(SubmitWishShape), handle: (to, body: SubmitWish) => submit(to, body) }],
  [
    "submit-many",
    { shape: shapeOf(SubmitManyWishShape), handle: (to, body: SubmitManyWish) => submitMany(to, body) },
  ],
  ["queue", { shape: shapeOf(QueueWishShape), handle: (to, body: QueueWish) => changeQueue(to, body) }],
  [
    "schedule",
    { shape: shapeOf(ScheduleWishShape), handle: (to, body: ScheduleWish) => changeSchedule(to, body) },
  ],
  [
    "template",
    { shape: shapeOf(TemplateWishShape), handle: (to, body: TemplateWish) => changeTemplate(to, body) },
  ],
  ["batch", { shape: shapeOf(BatchWishShape), handle: (to, body: BatchWish) => changeBatch(to, body) }],
  ["why", { shape: shapeOf(WhyQuestionShape), handle: (to, body: WhyQuestion) => why(to, body) }],
  ["runner", { shape: shapeOf(RunnerWishShape), handle: (to, body: RunnerWish) => changeRunner(to, body) }],
  ["task", { shape: shapeOf(TaskWishShape), handle: (to, body: TaskWish) => command(to, body) }],
]);

const leaseShape = shapeOf(LeaseRenewalShape);
const reports = new Map<string, Handler>([
  ["hello", { shape: shapeOf(HelloShape), handle: (to, body: Hello) => hello(to, body) }],
  ["lease", { shape: leaseShape, handle: (to, body: LeaseRenewal) => renew(to, body) }],
  ["pressure", { shape: shapeOf(PressureShape), handle: (to, body: Pressure) => pressure(to, body) }],
  ["stall", { shape: shapeOf(StallShape), handle: (to, body: Stall) => stall(to, body) }],
  ["goodbye", { shape: leaseShape, handle: (to, body: LeaseRenewal) => goodbye(to, body) }],
  ["attempt", { shape: attemptShape, handle: (to, body: AttemptReport) => attempt(to, body) }],
  [
    "attempts",
    { shape: shapeOf(AttemptReportsShape), handle: (to, body: AttemptReports) => manyReports(to, body) },
  ],
  [
    "submit",
    { shape: shapeOf(ChildSubmissionShape), handle: (to, body: ChildSubmission) => submitChild(to, body) },
  ],
  [
    "results",
    { shape: shapeOf(ResultsQuestionShape), handle: (to, body: ResultsQuestion) => results(to, body) },
  ],
]);

/**
 * Answers wishes and reports. Every answer, a refusal too, leaves only once all facts it was judged on are on disk; what
 * could not be recorded is answered `unavailable`. Returns how to leave off.
 */
export const serveAuthority = (
  connection: NatsConnection,
  authority: Authority,
  changed: () => void,
): (() => Promise<void>) => {
  const { log, journal } = authority;
  /** Answers on their way. */
  const busy = new Set<Promise<unknown>>();

  const answer = async (handler: Handler | undefined, body: unknown): Promise<unknown> => {
    if (!handler) return { ok: false, code: "invalid", message: "No such command." };
    const faults = handler.shape(body);
    if (faults.length > 0) return misshapen(faults);
    try {
      const reply = await handler.handle(authority, body as never);
      changed();
      await journal.settled();
      return reply;
    } catch (error) {
      if (error instanceof NotRecorded) return unavailable(journal.trouble);
      if (error instanceof FactTooLarge) return { ok: false, code: "invalid", message: error.message };
      if (error instanceof IllegalFact) return { ok: false, code: "illegal", message: error.message };
      if (isUnanswered(error) || error instanceof LostObject) {
        log.warn({ err: error }, "something could not be read or kept for a request");
        return { ...UNAVAILABLE, message: `Nothing was recorded: ${(error as Error).message}.` };
      }
      throw error;
    }
  };

  const failed = (error: unknown): void => log.error({ err: error }, "a request could not be answered");
  const commandVerb = (subject: string): string => subject.split(".")[1] ?? "";
  const wishOf = (subject: string, body: unknown): unknown =>
    commandVerb(subject) === "ping"
      ? { ok: true, trouble: journal.trouble ?? authority.full() }
      : answer(wishes.get(commandVerb(subject)), body);
  /** A reporter speaks for itself only: the subject, which its permissions fix, must be the one it names. */
  const reportOf = (subject: string, body: unknown): unknown => {
    const [, reporter, kind = ""] = subject.split(".");
    if ((body as { runner?: unknown } | null)?.runner !== reporter) {
      return { ok: false, code: "invalid", message: "A runner may report only for itself." };
    }
    if (SEEN_BY_MONITORS.has(kind) !== (reporter === MONITOR)) {
      return {
        ok: false,
        code: "invalid",
        message: "Only a monitor tells how a host does, and what stands still.",
      };
    }
    if (kind === "lease") {
      // A renewal is answered at once; a refusal ends work, so it waits like every other until it is on disk.
      const renewed = renew(authority, body as LeaseRenewal);
      if (renewed.ok) return renewed;
    }
    return answer(reports.get(kind), body);
  };

  /**
   * One that stood still may have a successor and says nothing, so that only the successor is heard. What it was asked while
   * it led was asked of nobody else: a yes is on disk, a no may be out of date.
   */
  const whileLeading =
    (answered: typeof wishOf) =>
    async (body: unknown, subject: string): Promise<unknown> => {
      if (!authority.leading()) return undefined;
      const answering = Promise.resolve(answered(subject, body));
      busy.add(answering);
      const reply = await answering.finally(() => busy.delete(answering));
      return authority.leading() || (reply as { ok?: unknown }).ok === true ? reply : UNAVAILABLE;
    };
  const subscriptions = [
    serve(connection, COMMANDS, whileLeading(wishOf), failed),
    serve(connection, REPORTS, whileLeading(reportOf), failed),
  ];
  /** What has arrived is still answered; a server that is away is not waited for. */
  const drained = async (): Promise<void> => {
    await Promise.all(subscriptions.map((subscription) => subscription.drain()));
    await Promise.allSettled(busy);
    await connection.flush();
  };
  return () => Promise.race([drained().catch(failed), pause(DRAIN_LIMIT_MS, undefined, { ref: false })]);
};
