import { BadEnvironment, type Env, readEnv } from "#infra/env.ts";
import { createLog, type Log } from "#infra/log.ts";

/** What a service's `start` gives back: how to end it in order. `stop` may be called twice. */
export interface Running {
  stop(): Promise<void>;
}

/** A reason to end that an operator can act on: one sentence, logged without a stack. */
export class Fatal extends Error {
  override readonly name = "Fatal";
}

/** What a service is given. `fail` ends the process: for errors found after the start. */
export interface Ground {
  readonly env: Env;
  readonly log: Log;
  fail(error: unknown): void;
}

const STOP_LIMIT_MS = 9_000;

const logEnd = (log: Log, error: unknown): void => {
  if (error instanceof Fatal || error instanceof BadEnvironment) log.fatal(error.message);
  else log.fatal({ err: error }, "ended by an unexpected error");
};

/** Runs one service as a process: signals and the supervisor's closed pipe stop it in order, a fatal error ends it with code 1. */
export const runService = async (
  name: string,
  start: (ground: Ground) => Promise<Running>,
): Promise<void> => {
  let log = createLog(name, "info");
  let running: Running | undefined;
  let ending = false;

  const end = async (code: number): Promise<void> => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(code), STOP_LIMIT_MS).unref();
    await running?.stop().catch((error: unknown) => log.error({ err: error }, "did not stop cleanly"));
    process.exit(code);
  };
  const fail = (error: unknown): void => {
    logEnd(log, error);
    void end(1);
  };

  process.on("SIGTERM", () => void end(0));
  process.on("SIGINT", () => void end(0));
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);

  try {
    const env = readEnv();
    log = createLog(name, env.logLevel);
    if (env.supervised) {
      process.stdin.on("end", () => void end(0)).on("error", () => void end(0));
      process.stdin.resume();
    }
    running = await start({ env, log, fail });
    log.info("ready");
  } catch (error) {
    fail(error);
  }
};
