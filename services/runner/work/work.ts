import { Validator } from "@cfworker/json-schema";
import { type Ending, type Executor, failed } from "../executor.ts";
import { endWithParent } from "../processes/outlived.ts";
import { createJob } from "./job.ts";
import type { FromSlot, Job, ToSlot } from "../slots/slot-protocol.ts";
import { refusalOf } from "./refusal-of.ts";
import { soundEnding } from "./sound-ending.ts";
import { wordsOf } from "./words-of.ts";

/** What a job in progress may be told. */
export type Wish = Exclude<ToSlot, { kind: "begin" | "prepare" | "examine" | "parcels" }>;

/** A job in progress, wherever it runs. */
export interface Work {
  hear(message: Wish): void;
}

const validators = new WeakMap<Executor, Validator>();

const validatorOf = (executor: Executor): Validator => {
  const known = validators.get(executor);
  if (known) return known;
  const validator = new Validator(executor.payload, "2020-12", false);
  validators.set(executor, validator);
  return validator;
};

const payloadFault = (executor: Executor, payload: unknown): string | undefined => {
  const { valid, errors } = validatorOf(executor).validate(payload);
  return valid ? undefined : errors.map(({ error }) => error).join(" ");
};

const NO_PLAN =
  "Its type makes no plans any more, so that it would do what nobody has seen and said yes to. Submit it again, without one.";

/** Runs a job in this very thread, and says how it ended. */
export const beginHere = (job: Job, say: (message: FromSlot) => void): Work => {
  // Before anything is waited for: a cancel may be the very next message.
  const { context, hear, end } = createJob(job, say);
  if (job.graceMs !== null) endWithParent();

  const perform = async (executor: Executor): Promise<Ending> => {
    const fault = payloadFault(executor, job.payload);
    if (fault !== undefined) return failed("invalid-payload", fault, false);
    if (!executor.plan && job.mustPlan) return failed("no-plan", NO_PLAN, false);
    if (executor.plan && job.plan === null) return executor.plan(context);
    return executor.run(context);
  };
  const run = async (): Promise<Ending> => {
    try {
      const { executor } = (await import(job.module)) as { executor?: Executor };
      if (executor) return soundEnding(await perform(executor));
      return failed("unknown-type", `This runner has no executor for "${job.type}".`, false);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) return failed(refusal.code, refusal.message, false);
      return failed("executor-error", wordsOf(error).split("\n").slice(0, 8).join("\n"), job.repeatable);
    }
  };
  void run().then(end);
  return { hear };
};
