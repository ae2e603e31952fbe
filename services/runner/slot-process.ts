/** The host process of one slot: runs one job after another until its runner is gone. */
import { Validator } from "@cfworker/json-schema";
import { examine } from "./examine.ts";
import { type Ending, type Executor, failed } from "./executor.ts";
import { createJob, type RunningJob } from "./job.ts";
import { ATTEMPT_MARK, markOf } from "./marks.ts";
import { killTreeNow } from "./process-tree.ts";
import type { FromSlot, Job, ToSlot } from "./slot-protocol.ts";

let running: { readonly job: Job; readonly heart: RunningJob } | undefined;

const say = (message: FromSlot): void => {
  if (process.connected) process.send?.(message);
};

const payloadFault = (executor: Executor, payload: unknown): string | undefined => {
  const { valid, errors } = new Validator(executor.payload, "2020-12", false).validate(payload);
  return valid ? undefined : errors.map(({ error }) => error).join(" ");
};

const perform = async (executor: Executor, job: Job, { context }: RunningJob): Promise<Ending> => {
  const fault = payloadFault(executor, job.payload);
  if (fault !== undefined) return failed("invalid-payload", fault, false);
  if (executor.plan && job.plan === null) return executor.plan(context);
  return executor.run(context);
};

const begin = async (job: Job): Promise<void> => {
  // Before anything is waited for: a cancel may be the very next message.
  const heart = createJob(job, say);
  running = { job, heart };
  let executor: Executor | undefined;
  let ending: Ending;
  try {
    ({ executor } = (await import(job.module)) as { executor?: Executor });
    ending = executor
      ? await perform(executor, job, heart)
      : failed("unknown-type", `This runner has no executor for "${job.type}".`, false);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    ending = failed("executor-error", text.split("\n").slice(0, 8).join("\n"), executor?.repeatable === true);
  }
  heart.flush();
  running = undefined;
  say({ kind: "ended", ending });
};

process.on("message", (message: ToSlot) => {
  if (message.kind === "begin") void begin(message.job);
  else if (message.kind === "prepare")
    for (const module of message.modules) void import(module).catch(() => undefined);
  else if (message.kind === "examine") void examine(message.module).then(say);
  else running?.heart.hear(message);
});

// The runner is gone: nothing may go on that nobody watches, and no further item may begin.
process.on("disconnect", () => {
  const attempt = running?.job.environment[ATTEMPT_MARK];
  if (attempt !== undefined) killTreeNow(markOf(ATTEMPT_MARK, attempt));
  process.exit(1);
});

// The terminal's and the supervisor's signals are for the runner, which ends its slots in order.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
