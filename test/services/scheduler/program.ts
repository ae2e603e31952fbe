/** Schedulers as processes of their own, built from today's sources as they are shipped. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { inheritedEnvironment } from "#infra/env.ts";
import { buildPrograms } from "../../support/build-programs.ts";
import type { TestNats } from "../../support/stack.ts";
import { until } from "../../support/until.ts";

const SOURCE = "services/scheduler";

let built: Promise<string> | undefined;

const buildScheduler = (): Promise<string> =>
  buildPrograms("scheduler", {
    scheduler: join(SOURCE, "main.ts"),
    "scheduler-checkpoint": join(SOURCE, "recovery", "checkpoint-main.ts"),
  });

export interface SchedulerProcess {
  readonly pid: number;
  readonly ended: Promise<number | null>;
  running(): boolean;
  /** Messages it has logged. */
  said(): string;
  signal(signal: NodeJS.Signals): void;
  kill9(): Promise<void>;
  /** SIGTERM; gives the exit code. */
  stop(): Promise<number | null>;
}

const children = new Set<SchedulerProcess>();

const run = async (program: string, nats: TestNats, url: string): Promise<SchedulerProcess> => {
  const child: ChildProcess = spawn(process.execPath, [join(await (built ??= buildScheduler()), program)], {
    env: {
      ...inheritedEnvironment(["PATH", "HOME"]),
      LONGSHORE_NATS_URL: url,
      LONGSHORE_NATS_SEED_FILE: nats.seedFile("scheduler"),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (bytes: Buffer) => (said += bytes.toString()));
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const signal = (name: NodeJS.Signals): void => void child.kill(name);
  const end = (name: NodeJS.Signals): Promise<number | null> => {
    signal(name);
    return ended;
  };
  const one: SchedulerProcess = {
    pid: child.pid ?? -1,
    ended,
    running: () => child.exitCode === null && child.signalCode === null,
    said: () => said,
    signal,
    kill9: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),
  };
  children.add(one);
  return one;
};

/** A scheduler process, once it leads or stands by. `url` when it is not to meet NATS directly. */
export const aSchedulerProcess = async (nats: TestNats, url = nats.url): Promise<SchedulerProcess> => {
  const one = await run("scheduler.js", nats, url);
  await until("the scheduler is up", () => !one.running() || one.said().includes('"ready"'), 30_000);
  if (!one.running()) throw new Error(`the scheduler did not come up:\n${one.said()}`);
  return one;
};

/** Writes one checkpoint, as the leader has it done; returns what was logged. */
export const writeOneCheckpoint = async (nats: TestNats): Promise<string> => {
  const one = await run("scheduler-checkpoint.js", nats, nats.url);
  if ((await one.ended) !== 0) throw new Error(`no checkpoint was written:\n${one.said()}`);
  return one.said();
};

/** Ends all that are left. */
export const endSchedulerProcesses = async (): Promise<void> => {
  await Promise.all([...children].map((one) => one.kill9()));
  children.clear();
};
