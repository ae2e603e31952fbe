import type { NatsConnection } from "#infra/nats/connect.ts";
import { serve } from "#infra/nats/serve.ts";
import type { AttemptReport, Hello, LeaseRenewal } from "#schema/reports.ts";
import { COMMANDS, REPORTS } from "#schema/subjects.ts";
import { IllegalFact } from "#schema/task.evolve.ts";
import type { SubmitWish, TaskWish } from "#schema/wishes.ts";
import { attempt } from "./attempts.ts";
import type { Authority } from "./authority.ts";
import { command } from "./commands.ts";
import { NotRecorded } from "./journal/journal.ts";
import { goodbye, hello, renew } from "./leases.ts";
import { submit } from "./submit.ts";

const UNAVAILABLE = {
  ok: false,
  code: "unavailable",
  message: "The journal cannot be written right now; nothing was recorded. Try again.",
} as const;

interface Handlers {
  readonly [kind: string]: (authority: Authority, body: never) => unknown;
}

const wishes: Handlers = {
  submit: (authority, body: SubmitWish) => submit(authority, body),
  task: (authority, body: TaskWish) => command(authority, body),
};

const reports: Handlers = {
  hello: (authority, body: Hello) => hello(authority, body),
  goodbye: (authority, body: LeaseRenewal) => goodbye(authority, body),
  attempt: (authority, body: AttemptReport) => attempt(authority, body),
};

/**
 * Answers wishes and reports. Every answer, a refusal too, leaves only once all facts it was judged on are on disk; what
 * could not be recorded is answered `unavailable`.
 */
export const serveAuthority = (
  connection: NatsConnection,
  authority: Authority,
  changed: () => void,
): (() => void) => {
  const { log, journal } = authority;

  const answer = async (handle: Handlers[string] | undefined, body: unknown): Promise<unknown> => {
    if (!handle) return { ok: false, code: "invalid", message: "No such command." };
    try {
      const reply = await handle(authority, body as never);
      changed();
      await journal.settled();
      return reply;
    } catch (error) {
      if (error instanceof NotRecorded) return UNAVAILABLE;
      if (error instanceof IllegalFact) return { ok: false, code: "illegal", message: error.message };
      throw error;
    }
  };

  const failed = (error: unknown): void => log.error({ err: error }, "a request could not be answered");
  const commandVerb = (subject: string): string => subject.split(".")[1] ?? "";
  /** A reporter speaks for itself only: the subject, which its permissions fix, must be the one it names. */
  const reportOf = (subject: string, body: unknown): unknown => {
    const [, reporter, kind = ""] = subject.split(".");
    if ((body as { runner?: unknown } | null)?.runner !== reporter) {
      return { ok: false, code: "invalid", message: "A runner may report only for itself." };
    }
    if (kind === "lease") return renew(authority, body as LeaseRenewal);
    return answer(reports[kind], body);
  };

  const subscriptions = [
    serve(connection, COMMANDS, (body, subject) => answer(wishes[commandVerb(subject)], body), failed),
    serve(connection, REPORTS, async (body, subject) => reportOf(subject, body), failed),
  ];
  return () => {
    for (const subscription of subscriptions) subscription.unsubscribe();
  };
};
