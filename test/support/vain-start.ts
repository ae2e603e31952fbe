import { type ChildProcess, execFile, spawn } from "node:child_process";
import { dirname } from "node:path";
import { freePort } from "#infra/embedded/free-port.ts";

export interface Outcome {
  code: number | null;
  /** Everything on standard error. */
  sentence: string;
}

interface VainOptions {
  data: string;
  program: string[];
  env?: NodeJS.ProcessEnv;
}

/** Runs a start that is expected to give up by itself, and waits for its end. */
export const startInVain = async ({ data, program, env = {} }: VainOptions): Promise<Outcome> => {
  const port = env.LONGSHORE_PORT ?? String(await freePort());
  const cwd = dirname(dirname(import.meta.dirname));
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      program,
      { cwd, env: { ...process.env, LONGSHORE_DATA: data, LONGSHORE_PORT: port, ...env } },
      (_error, _stdout, stderr) => resolve({ code: child.exitCode, sentence: stderr.trim() }),
    );
  });
};

/** PATH with a folder of the test's own searched first. */
export const pathBehind = (folder: string): string => `${folder}:${process.env.PATH}`;

/** The real supervisor, NATS and Postgres over services that only serve and end. */
export const WITH_DUMMIES = ["--import", "tsx", `${import.meta.dirname}/dummy-start.ts`];

export interface Terminal {
  process: ChildProcess;
  output(): string;
  /** npm's or the program's exit code. */
  ended: Promise<number | null>;
}

/** A start whose signals the test sends itself. */
export const startByHand = async (data: string, env: NodeJS.ProcessEnv = {}): Promise<Terminal> => {
  let seen = "";
  const child = spawn(process.execPath, WITH_DUMMIES, {
    cwd: dirname(dirname(import.meta.dirname)),
    env: { ...process.env, LONGSHORE_DATA: data, LONGSHORE_PORT: String(await freePort()), ...env },
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (seen += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  return { process: child, output: () => seen, ended };
};
