/** The host process of one slot: runs one job after another until its runner is gone. */
import { examine } from "../examine.ts";
import { failed } from "../executor.ts";
import { openGroups } from "../groups/open-groups.ts";
import { ATTEMPT_MARK, markOf } from "../processes/marks.ts";
import { beginInProcess } from "../work/process-host.ts";
import { killTreeNow } from "../processes/process-tree.ts";
import type { FromSlot, Job, ToSlot } from "./slot-protocol.ts";
import { createThreadHost, type ThreadHost } from "../work/thread-host.ts";
import { createSharedJobs } from "./shared-jobs.ts";
import { beginHere, type Work } from "../work/work.ts";

let threads: ThreadHost | undefined;
let running: { readonly job: Job; readonly work: Work } | undefined;

const say = (message: FromSlot): void => {
  if (message.kind === "ended") running = undefined;
  if (process.connected) process.send?.(message);
};

const shared = createSharedJobs(say);

const beginOn = (job: Job): Work => {
  if (job.host === "thread" && threads) return threads.begin(job, say);
  return job.host === "process" ? beginInProcess(job, say) : beginHere(job, say);
};

const begin = (job: Job): void => {
  try {
    running = { job, work: beginOn(job) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    say({ kind: "ended", ending: failed("cannot-start", message, true) });
  }
};

const prepare = (message: Extract<ToSlot, { kind: "prepare" }>): void => {
  openGroups(message.groups).settle();
  for (const module of message.modules) void import(module).catch(() => undefined);
  threads = createThreadHost(message);
};

process.on("message", (message: ToSlot) => {
  if (message.kind === "begin") begin(message.job);
  else if (message.kind === "parcels") shared.hear(message.parcels);
  else if (message.kind === "prepare") prepare(message);
  else if (message.kind === "examine") void examine(message.module).then(say);
  else running?.work.hear(message);
});

// The runner is gone: nothing may go on that nobody watches, and no further item may begin.
process.on("disconnect", () => {
  for (const { environment, settings } of [...(running ? [running.job] : []), ...shared.running()]) {
    const attempt = environment[ATTEMPT_MARK];
    if (attempt === undefined) continue;
    const group = openGroups(settings.groups).at(attempt);
    killTreeNow(markOf(ATTEMPT_MARK, attempt), group);
    group.remove();
  }
  process.exit(1);
});

// The terminal's and the supervisor's signals are for the runner, which ends its slots in order.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);
