import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inheritedEnvironment } from "#infra/env.ts";
import { buildPrograms } from "../../support/build-programs.ts";
import type { TestNats } from "../../support/stack.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const SOURCE = "services/runner";

let built: Promise<string> | undefined;

const buildRunner = (): Promise<string> => {
  const executors = readdirSync(join(SOURCE, "executors"), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".executor.ts"));
  return buildPrograms("runner", {
    runner: join(SOURCE, "main.ts"),
    "runner-lease": join(SOURCE, "lease", "lease-thread.ts"),
    "runner-slot": join(SOURCE, "slots", "slot-process.ts"),
    "runner-work": join(SOURCE, "work", "work-host.ts"),
    "executor-kit": join(SOURCE, "executor-kit.ts"),
    ...Object.fromEntries(
      executors.map((name) => [
        join("executors", name.replace(/\.ts$/, "")),
        join(SOURCE, "executors", name),
      ]),
    ),
  });
};

/** The runner built from today's sources as it is shipped; built once per test process. */
export const runnerProgram = async (): Promise<string> => join(await (built ??= buildRunner()), "runner.js");

export interface RunnerProcess {
  readonly pid: number;
  readonly data: string;
  /** What it has logged so far. */
  log(): string;
  kill9(): Promise<void>;
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>;
}

/** Starts a real runner process against a NATS server. `data` of an earlier one makes it its successor. */
export const startRunnerProcess = async (
  nats: TestNats,
  environment: Readonly<Record<string, string>> = {},
  data = temporaryFolder("runner"),
  /** A command that runs the one after it, for example in a namespace of its own. */
  around: readonly string[] = [],
): Promise<RunnerProcess> => {
  const program = await runnerProgram();
  const logFile = join(data, "runner.log");
  appendFileSync(logFile, "");
  const [file, ...args] = [...around, process.execPath, "--enable-source-maps", program];
  const child: ChildProcess = spawn(file, args, {
    env: {
      ...inheritedEnvironment(["PATH", "HOME", "DOCKER_HOST", "LONGSHORE_CPU_LIMIT"]),
      LONGSHORE_NATS_URL: nats.url,
      LONGSHORE_NATS_SEED_FILE: nats.seedFile("runner"),
      LONGSHORE_DATA: data,
      LONGSHORE_SUPERVISED: "1",
      ...environment,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (bytes: Buffer) => appendFileSync(logFile, bytes));
  child.stdin?.on("error", () => undefined);
  return {
    pid: child.pid ?? -1,
    data,
    log: () => readFileSync(logFile, "utf8"),
    kill9: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    stop: async () => {
      child.kill("SIGTERM");
      return (await ended)[0];
    },
  };
};
