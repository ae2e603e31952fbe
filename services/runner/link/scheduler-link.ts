import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { LostObject, openObjects } from "#infra/nats/objects.ts";
import { ask } from "#infra/nats/serve.ts";
import { isTooLarge } from "#infra/nats/too-large.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import { type ReportKind, reportSubject } from "#schema/subjects.ts";
import type { Stored } from "#schema/stored.ts";
import type { Assignment } from "../attempts/assignment.ts";
import type { Offer } from "../attempts/attempts.ts";
import { graceOf, hostOf, type Offered } from "../discover.ts";
import type { Settings } from "../executor.ts";

const ANSWER_MS = 5_000;
const LOAD_AGAIN_MS = 500;

/**
 * Work that does no harm when it is run twice, and that no other process is started for, need not wait until the scheduler
 * has recorded that it begins: it may be over by then. What plans acts on things outside, so it waits.
 */
const beginsEarly = ({ repeatable, plans, isolation }: ExecutorType): boolean =>
  repeatable && !plans && (isolation === "inline" || isolation === "thread");

/** This runner's line to the scheduler and to the values it keeps. */
export interface SchedulerLink {
  /** Undefined when nobody answered in time. */
  say<T>(kind: ReportKind, body: unknown, timeoutMs?: number): Promise<T | undefined>;
  assignment(offer: Offer): Assignment;
  /** Waits for a server that is away. Throws LostObject. */
  load<T>(stored: Stored<T>): Promise<T>;
  /** Nothing is waited for any more. */
  close(): void;
}

interface Options {
  readonly runner: string;
  readonly settings: Settings;
  /** How this runner does work of a type now. */
  offered(type: string): Offered | undefined;
}

export const openSchedulerLink = (connection: NatsConnection, options: Options): SchedulerLink => {
  const objects = openObjects(connection);
  let closed = false;

  /** A server that is away is waited for; an object that is gone is an error. */
  const load = async <T>(stored: Stored<T>): Promise<T> => {
    for (;;) {
      try {
        return await objects.load(stored);
      } catch (error) {
        if (error instanceof LostObject || closed) throw error;
        await sleep(LOAD_AGAIN_MS);
      }
    }
  };

  return {
    say: async <T>(kind: ReportKind, body: unknown, timeoutMs = ANSWER_MS): Promise<T | undefined> => {
      try {
        return await ask<T>(connection, reportSubject(options.runner, kind), body, timeoutMs);
      } catch (error) {
        // Repeated for ever it would keep all that comes after it from being said.
        if (isTooLarge(error))
          return { ok: false, code: "invalid", message: "It is too large for the message server." } as T;
        return undefined;
      }
    },
    load,
    assignment: ({ work, ...offer }) => {
      const offered = options.offered(work.type);
      return {
        ...offer,
        repeatable: offered?.type.repeatable === true,
        early: offered !== undefined && beginsEarly(offered.type),
        checkpoints: offered?.type.pause === "checkpoint",
        load: async () => ({
          taskId: offer.taskId,
          name: work.name,
          type: work.type,
          module: offered?.module ?? "",
          host: offered ? hostOf(offered) : "slot",
          graceMs: offered ? graceOf(offered) : null,
          isolation: offered?.type.isolation,
          pause: offered?.type.pause ?? "none",
          repeatable: offered?.type.repeatable === true,
          limits: offered?.type.limits ?? {},
          payload: await load(work.payload),
          plan: work.plan === null ? null : await load(work.plan),
          mustPlan: work.plan !== null || work.mustPlan === true,
          approval: work.approval,
          marks: work.marks,
          counts: work.counts,
          checkpoint: work.checkpoint === null ? null : await load(work.checkpoint),
          settings: options.settings,
        }),
      };
    },
    close: () => {
      closed = true;
    },
  };
};
