import type { Log } from "#infra/log.ts";
import type { Hello, LeaseRenewal, Welcome } from "#schema/reports.ts";
import { systemIds } from "#infra/ids.ts";
import { introduce } from "./hello.ts";
import type { SchedulerLink } from "./scheduler-link.ts";

const GOODBYE_MS = 1_000;

/** This runner as the scheduler knows it: a boot that was welcomed, or is being introduced. */
export interface Membership {
  readonly boot: string;
  /** Introduces this boot; several callers share one introduction. */
  join(): Promise<void>;
  /** Says hello again, because what it says has changed. */
  announce(): Promise<void>;
  /** Resolves when the scheduler has heard all that was to be announced. */
  announced(): Promise<void>;
  /** A new boot: whatever the old one held is lost. */
  startOver(): Promise<void>;
  leave(): Promise<void>;
}

interface Options {
  readonly link: SchedulerLink;
  readonly log: Log;
  hello(boot: string): Hello;
  /** `fresh`: the first welcome of this boot. */
  welcomed(boot: string, welcome: Welcome, fresh: boolean): void;
}

export const createMembership = ({ link, log, hello, welcomed }: Options): Membership => {
  let boot = systemIds.next();
  let known: string | undefined;
  let joining: Promise<void> | undefined;
  let announcing: Promise<void> = Promise.resolve();
  let left = false;

  const introduceBoot = async (): Promise<void> => {
    const mine = boot;
    const ended = (): boolean => left || mine !== boot;
    const welcome = await introduce(
      () => hello(mine),
      (body) => link.say("hello", body),
      { log, ended },
    );
    if (!welcome || ended()) return;
    const fresh = known !== mine;
    known = mine;
    welcomed(mine, welcome, fresh);
  };
  const join = (): Promise<void> => {
    joining ??= introduceBoot().finally(() => {
      joining = undefined;
    });
    return joining;
  };

  const announceNext = async (): Promise<void> => {
    // The hello on its way may still say what was true before.
    await joining?.catch(() => undefined);
    if (!left) await join();
  };

  return {
    get boot() {
      return boot;
    },
    join,
    announce: () => {
      const next = announceNext();
      announcing = next.catch(() => undefined);
      return next;
    },
    announced: async () => {
      await joining?.catch(() => undefined);
      await announcing;
    },
    startOver: async () => {
      boot = systemIds.next();
      await joining?.catch(() => undefined);
      await join();
    },
    leave: async () => {
      left = true;
      const runner = hello(boot).runner;
      await link.say("goodbye", { runner, boot } satisfies LeaseRenewal, GOODBYE_MS);
    },
  };
};
