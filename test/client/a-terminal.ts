/** The command line as a person types it, against a stack. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { expect } from "vitest";
import type { TaskDetail } from "#schema/api.ts";
import type { TestStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const PROGRAM = resolve("dist", "cli.js");

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<Ended>;
}

interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
}

/** A payload that has a shell run this script. */
export const shell = (script: string): string => JSON.stringify({ command: ["sh", "-c", script] });

/** `stack` is asked at each command. */
export const aTerminal = (stack: () => Pick<TestStack, "url" | "token">) => {
  /** The program as a person types it; without `env` it knows the stack by LONGSHORE_URL and LONGSHORE_TOKEN. */
  const begin = (words: readonly string[], { env, input = "", cwd }: Setting = {}): Running => {
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      env: env ?? { LONGSHORE_URL: stack().url, LONGSHORE_TOKEN: stack().token },
      cwd,
    });
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    child.stdin.end(input);
    const ended = once(child, "close").then(([code]) => ({ code: code as number | null, out, err }));
    return { child, out: () => out, err: () => err, ended };
  };

  const longshore = (...words: string[]): Promise<Ended> => begin(words).ended;

  /** Output of a command that must succeed. */
  const answer = async (...words: string[]): Promise<string> => {
    const { code, out, err } = await longshore(...words);
    expect({ code, err }, words.join(" ")).toEqual({ code: 0, err: "" });
    return out.trim();
  };
  const value = async <T>(...words: string[]): Promise<T> =>
    JSON.parse(await answer("--json", ...words)) as T;

  const submit = (script: string, ...more: string[]): Promise<string> =>
    answer("submit", "command", "--payload", shell(script), ...more);
  const stateOf = async (id: string): Promise<string> => (await value<TaskDetail>("show", id)).state;
  const reaches = (id: string, state: string): Promise<unknown> =>
    until(`${id} is ${state}`, async () => (await stateOf(id)).startsWith(state), 45_000);

  return { begin, longshore, answer, value, submit, stateOf, reaches };
};
