import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { inheritedEnvironment } from "#infra/env.ts";
import { WORK_ENTRY } from "../entries.ts";
import { type Ending, failed } from "../executor.ts";
import { createOutput, OUTPUT_LIMIT } from "../executors/command/output.ts";
import { openGroups } from "../groups/open-groups.ts";
import { createLogChunks } from "./log-chunks.ts";
import { ATTEMPT_MARK } from "../processes/marks.ts";
import { lowerPriority } from "../processes/priority.ts";
import { withinRlimits } from "../processes/rlimits.ts";
import { INHERITED } from "../slots/slot-environment.ts";
import type { FromSlot, Job, ToSlot } from "../slots/slot-protocol.ts";
import { openTree, type Tree } from "../processes/tree.ts";
import type { Work } from "./work.ts";

const GRACE_MS = 5_000;
/** Output may still sit in the pipes when the process has ended. */
const DRAIN_MS = 500;

const start = (job: Job, tree: Tree): ChildProcess => {
  const [execPath, ...execArgv] = withinRlimits([process.execPath, "--enable-source-maps"], job.limits);
  const child = tree.start(() =>
    fork(fileURLToPath(WORK_ENTRY), [], {
      env: { ...inheritedEnvironment(INHERITED), ...job.environment },
      execPath,
      execArgv,
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    }),
  );
  lowerPriority(child.pid);
  return child;
};

/** What the process writes by itself becomes the task's output. Resolves when all of it has been said. */
const readOutput = (
  child: ChildProcess,
  job: Job,
  say: (message: FromSlot) => void,
): (() => Promise<void>) => {
  const logs = createLogChunks((piece) => say({ kind: "log", ...piece }));
  const limit = job.limits.outputBytes ?? OUTPUT_LIMIT;
  const streams = (["stdout", "stderr"] as const).map((stream) => {
    const output = createOutput(
      (text, dropped) => logs.write(dropped === undefined ? { stream, text } : { stream, text, dropped }),
      limit,
    );
    child[stream]?.on("data", output.take);
    return output;
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return async () => {
    await Promise.race([closed, sleep(DRAIN_MS)]);
    for (const output of streams) output.end();
    logs.flush();
  };
};

/** Runs one job in a process of its own, in a group of its own, within the type's limits. */
export const beginInProcess = (job: Job, say: (message: FromSlot) => void): Work => {
  const tree = openTree(openGroups(job.settings.groups), job.environment[ATTEMPT_MARK] ?? "", job.limits);
  const child = start(job, tree);
  const drained = readOutput(child, job, say);
  let cancelled = false;
  let ending: Ending | undefined;
  let over = false;

  const judge = (): Ending =>
    tree.excess() ??
    ending ??
    (cancelled
      ? { type: "cancelled" }
      : failed("crashed", "The process that did the work ended unexpectedly.", job.repeatable));
  const send = (message: ToSlot): void => {
    if (child.connected) child.send(message, () => undefined);
  };
  child.on("message", (message: FromSlot) => {
    if (message.kind !== "ended") return say(message);
    ending = message.ending;
    // It has no more to say: what it started and did not end itself goes with it.
    if (child.connected) child.disconnect();
  });
  const finish = async (): Promise<void> => {
    const verdict = judge();
    await tree.kill();
    await drained();
    tree.close();
    over = true;
    say({ kind: "ended", ending: verdict });
  };
  // Nothing that could not be started ever exits.
  void Promise.race([once(child, "exit"), once(child, "disconnect")])
    .catch(() => undefined)
    .then(finish);

  send({ kind: "begin", job });
  return {
    hear: (message) => {
      if (message.kind === "cancel") {
        cancelled = true;
        tree.thaw();
        send(message);
        void sleep(GRACE_MS).then(() => (ending ? undefined : tree.kill()));
      } else if (message.kind === "pause" && job.pause === "freeze") {
        if (!cancelled) void tree.freeze().then(() => (over ? undefined : say({ kind: "frozen" })));
      } else if (message.kind === "resume") tree.thaw();
      else send(message);
    },
  };
};
