import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Limits } from "#schema/executor-type.ts";
import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import { defineExecutor, type Ending, failed, type JobContext } from "../executor.ts";
import { ATTEMPT_MARK, RUNNER_MARK } from "../processes/marks.ts";
import { openGroups } from "../groups/open-groups.ts";
import { hasRlimits, lowerLimits } from "../processes/rlimits.ts";
import { scratchPath } from "../processes/scratch.ts";
import { openTree, type Tree } from "../processes/tree.ts";
import { commandAccount } from "./command/account.ts";
import { type Folder, openFolder } from "./command/folder.ts";
import { launch } from "./command/launch.ts";
import { createOutput, OUTPUT_LIMIT, type OutputStream } from "./command/output.ts";
import { CommandPayload } from "./command/payload.ts";
import { startLimit } from "./command/stopwatch.ts";

const GRACE_MS = 5_000;
/** Output may still sit in the pipes when the command has ended; what a background child keeps open is not waited for. */
const DRAIN_MS = 500;

type Context = JobContext<CommandPayload>;
interface Started {
  readonly child: ChildProcess;
  readonly tree: Tree;
  readonly limits: Limits;
}
type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

const exitOf = (child: ChildProcess): Promise<Exit> =>
  new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));

const verdict = ({ code, signal }: Exit, lastLine: string, durationMs: number): Ending => {
  if (code === 0) return { type: "completed", result: { exitCode: 0, durationMs } };
  const what = signal === null ? `exit-${String(code)}` : `signal-${signal}`;
  const plain = signal === null ? `It ended with exit code ${String(code)}.` : `It was ended by ${signal}.`;
  return failed(what, lastLine === "" ? plain : lastLine, true);
};

const cannotStart = (error: unknown): Ending => {
  const { code = "unknown", message } = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    ENOENT: "There is no such program.",
    EACCES: "The program or the folder may not be used by the user that commands run as.",
    E2BIG: "The arguments and the environment are too long together.",
  };
  return failed("cannot-start", known[code] ?? `It cannot be started: ${message}`, false);
};

/** The program that sets limits is there before the command is, and has only its own words to say that it is not. */
const notStarted = ({ code }: Exit, lastLine: string, limits: Limits): Ending | undefined => {
  if (!hasRlimits(limits) || !/^\S*prlimit: /.test(lastLine)) return undefined;
  if (code === 127) return cannotStart({ code: "ENOENT" });
  return code === 126 ? cannotStart({ code: "EACCES" }) : undefined;
};

type Output = Pick<OutputStream, "lastLine" | "end">;

/** Both streams of the command as the task's output. */
const readOutput = (context: Context, child: ChildProcess, limit: number | undefined): Output => {
  const stdout = createOutput((text, dropped) => context.output("stdout", text, dropped), limit);
  const stderr = createOutput((text, dropped) => context.output("stderr", text, dropped), limit);
  child.stdout?.on("data", stdout.take);
  child.stderr?.on("data", stderr.take);
  return {
    end: () => {
      stdout.end();
      stderr.end();
    },
    get lastLine() {
      return stderr.lastLine;
    },
  };
};

/** Watches a started command to its end, whichever way it ends. */
const attend = async (context: Context, { child, tree, limits }: Started): Promise<Ending> => {
  const begun = performance.now();
  const exit = exitOf(child);
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const output = readOutput(context, child, limits.outputBytes);

  let timedOut = false;
  const limit = startLimit(context.payload.timeoutMs ?? null, () => {
    timedOut = true;
    void tree.end(GRACE_MS);
  });
  context.cancelled.addEventListener("abort", () => void tree.end(GRACE_MS), { once: true });
  if (context.cancelled.aborted) void tree.end(GRACE_MS);
  context.freezable({
    freeze: () => {
      limit.pause();
      return tree.freeze();
    },
    thaw: () => {
      tree.thaw();
      limit.resume();
      return Promise.resolve();
    },
  });

  const ended = await exit;
  limit.stop();
  const ending = context.cancelled.aborted || timedOut;
  if (ending) await tree.end(GRACE_MS);
  else await Promise.race([closed, sleep(DRAIN_MS)]);
  const excess = tree.excess();
  const left = await tree.kill();
  if (left > 0 && !ending && !excess) context.log("Processes it had left behind were ended.");
  await Promise.race([closed, sleep(DRAIN_MS)]);
  output.end();

  if (context.cancelled.aborted) return { type: "cancelled" };
  if (timedOut)
    return failed("timeout", `It took longer than ${context.payload.timeoutMs} ms and was ended.`, true);
  if (excess && ended.code !== 0) return excess;
  return (
    notStarted(ended, output.lastLine, limits) ??
    verdict(ended, output.lastLine, Math.round(performance.now() - begun))
  );
};

const runIn = async (context: Context, folder: Folder): Promise<Ending> => {
  if (context.cancelled.aborted) return { type: "cancelled" };
  const account = commandAccount(context.settings.commandUser);
  const limits = lowerLimits(context.limits, context.payload.limits ?? {});
  const tree = openTree(openGroups(context.settings.groups), context.marks[ATTEMPT_MARK] ?? "", limits);
  try {
    const child = await launch({ context, account, folder, tree, limits }).catch(cannotStart);
    return "type" in child ? child : await attend(context, { child, tree, limits });
  } finally {
    tree.close();
  }
};

export const executor = defineExecutor({
  type: "command",
  title: "Command",
  description: "Runs a program on this host and keeps its output and exit code.",
  payload: CommandPayload,
  repeatable: false,
  pause: "freeze",
  isolation: "process",
  keepsApart: true,
  limits: { pids: 4_096, outputBytes: OUTPUT_LIMIT },
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
