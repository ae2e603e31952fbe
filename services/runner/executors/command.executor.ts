import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import { defineExecutor, type Ending, failed, type JobContext } from "../executor.ts";
import { ATTEMPT_MARK, markOf, RUNNER_MARK } from "../marks.ts";
import type { Seen } from "../process-scan.ts";
import { endTree, killTree, resumeProcesses, stopTree } from "../process-tree.ts";
import { scratchPath } from "../scratch.ts";
import { commandAccount } from "./command/account.ts";
import { type Folder, openFolder } from "./command/folder.ts";
import { launch } from "./command/launch.ts";
import { createOutput } from "./command/output.ts";
import { CommandPayload } from "./command/payload.ts";
import { startLimit } from "./command/stopwatch.ts";

const GRACE_MS = 5_000;
/** Output may still sit in the pipes when the command has ended; what a background child keeps open is not waited for. */
const DRAIN_MS = 500;

type Context = JobContext<CommandPayload>;
type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

const exitOf = (child: ChildProcess): Promise<Exit> =>
  new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));

const verdict = ({ code, signal }: Exit, lastLine: string, durationMs: number): Ending => {
  if (code === 0) return { type: "completed", result: { exitCode: 0, durationMs } };
  const what = signal === null ? `exit-${String(code)}` : `signal-${signal}`;
  const plain = signal === null ? `It ended with exit code ${String(code)}.` : `It was ended by ${signal}.`;
  return failed(what, lastLine === "" ? plain : lastLine, true);
};

/** Watches a started command to its end, whichever way it ends. */
const attend = async (context: Context, child: ChildProcess): Promise<Ending> => {
  const begun = performance.now();
  const mark = markOf(ATTEMPT_MARK, context.marks[ATTEMPT_MARK] ?? "");
  const exit = exitOf(child);
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stdout = createOutput((text, dropped) => context.output("stdout", text, dropped));
  const stderr = createOutput((text, dropped) => context.output("stderr", text, dropped));
  child.stdout?.on("data", stdout.take);
  child.stderr?.on("data", stderr.take);

  let timedOut = false;
  const limit = startLimit(context.payload.timeoutMs ?? null, () => {
    timedOut = true;
    void endTree(mark, GRACE_MS);
  });
  context.cancelled.addEventListener("abort", () => void endTree(mark, GRACE_MS), { once: true });
  if (context.cancelled.aborted) void endTree(mark, GRACE_MS);
  let stopped: Seen[] = [];
  context.freezable({
    freeze: () => {
      limit.pause();
      stopped = [...stopped, ...stopTree(mark)];
      return Promise.resolve();
    },
    thaw: () => {
      resumeProcesses(stopped);
      stopped = [];
      limit.resume();
      return Promise.resolve();
    },
  });

  const ended = await exit;
  limit.stop();
  const ending = context.cancelled.aborted || timedOut;
  if (ending) await endTree(mark, GRACE_MS);
  else await Promise.race([closed, sleep(DRAIN_MS)]);
  const left = await killTree(mark);
  if (left > 0 && !ending) context.log("Processes it had left behind were ended.");
  await Promise.race([closed, sleep(DRAIN_MS)]);
  stdout.end();
  stderr.end();

  if (context.cancelled.aborted) return { type: "cancelled" };
  if (timedOut)
    return failed("timeout", `It took longer than ${context.payload.timeoutMs} ms and was ended.`, true);
  return verdict(ended, stderr.lastLine, Math.round(performance.now() - begun));
};

const runIn = async (context: Context, folder: Folder): Promise<Ending> => {
  if (context.cancelled.aborted) return { type: "cancelled" };
  const account = commandAccount(context.settings.commandUser);
  let child: ChildProcess;
  try {
    child = await launch({ context, account, folder });
  } catch (error) {
    const { code = "unknown", message } = error as NodeJS.ErrnoException;
    const known: Record<string, string> = {
      ENOENT: "There is no such program.",
      EACCES: "The program or the folder may not be used by the user that commands run as.",
      E2BIG: "The arguments and the environment are too long together.",
    };
    return failed("cannot-start", known[code] ?? `It cannot be started: ${message}`, false);
  }
  return attend(context, child);
};

export const executor = defineExecutor({
  type: "command",
  title: "Command",
  description: "Runs a program on this host and keeps its output and exit code.",
  payload: CommandPayload,
  repeatable: false,
  pause: "freeze",
  retry: DEFAULT_RETRY,
  example: { command: ["echo", "Hello from Longshore"] },

  run: async (context) => {
    if (context.payload.shell === true && !context.settings.allowShell)
      return failed("forbidden", "This runner does not let a shell interpret commands.", false);
    let folder: Folder;
    try {
      const own = scratchPath(context.marks[RUNNER_MARK] ?? "", context.marks[ATTEMPT_MARK] ?? "");
      folder = await openFolder(context.payload.cwd, own, commandAccount(context.settings.commandUser));
    } catch (error) {
      return failed("cannot-start", error instanceof Error ? error.message : String(error), false);
    }
    try {
      return await runIn(context, folder);
    } finally {
      await folder.remove().catch(() => undefined);
    }
  },
});
