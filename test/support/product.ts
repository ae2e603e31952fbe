import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ChildSpec } from "#infra/embedded/child-spec.ts";
import { freePort } from "#infra/embedded/free-port.ts";
import { endProcess, isAlive } from "#infra/embedded/process-identity.ts";
import { readRunRecord, survivors } from "#infra/embedded/run-record.ts";
import { waitUntil } from "#infra/embedded/wait-until.ts";
import { onLeash } from "./leash.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const ROOT = dirname(dirname(import.meta.dirname));

export interface TestStack {
  url: string;
  /** The administrator's API token. */
  token: string;
  data: string;
  port: number;
  /** What the person at the terminal has seen so far. */
  output(): string;
  /** Processes by name: supervisor, nats, postgres, scheduler, runner, monitor, projector, web. */
  pids(): Record<string, number>;
  /** SIGKILL to one of them; resolves when it is gone. */
  kill9(name: string): Promise<void>;
  /** Resolves with the new pid once `name` runs as another process than `before`. */
  restarted(name: string, before: number): Promise<number>;
  /** Like Ctrl-C; resolves when everything has ended. The data folder is removed unless `keep`. */
  stop(options?: { keep: boolean }): Promise<void>;
}

interface StackOptions {
  /** A data folder to go on with; a new one otherwise. */
  data?: string;
  port?: number;
  env?: NodeJS.ProcessEnv;
  /** The program and its arguments instead of the built product. */
  program?: string[];
}

const environment = (data: string, port: number, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_ENV: "production",
  LONGSHORE_DATA: data,
  LONGSHORE_PORT: String(port),
  ...extra,
});

let built = false;

/** Tests meet the services as they are now: nothing to do after `npm test` has built, a build after an edit. */
const build = (): void => {
  const prepare = [join(ROOT, "infra/embedded/prepare.mjs"), "--only=services"];
  if (!built) execFileSync(process.execPath, prepare, { stdio: "inherit" });
  built = true;
};

/** The whole product as `npm start` runs it, on a data folder and a port of the test's own. */
export const startStack = async (options: StackOptions = {}): Promise<TestStack> => {
  if (options.program === undefined) build();
  const data = options.data ?? join(temporaryFolder("stack"), "data");
  const port = options.port ?? (await freePort());
  const log = join(dirname(data), "terminal.log");
  const spec: ChildSpec = {
    name: "supervisor",
    command: process.execPath,
    args: options.program ?? [join(ROOT, "dist", "start.js")],
    env: environment(data, port, options.env),
    cwd: ROOT,
    output: "pipe",
    stop: ["SIGINT", "SIGKILL"],
    stopGrace: 60_000,
    ready: (pid) => {
      const record = readRunRecord(data);
      return record?.supervisor.pid === pid && record.ready;
    },
  };
  const output = (): string => readFileSync(log, "utf8");
  const supervisor = await onLeash(spec, log).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${output()}`);
  });
  const pids = (): Record<string, number> => {
    const record = readRunRecord(data);
    const children = Object.entries(record?.children ?? {}).map(([name, { pid }]) => [name, pid] as const);
    return { supervisor: supervisor.pid, ...Object.fromEntries(children) };
  };
  return {
    url: `http://127.0.0.1:${port}`,
    token: options.env?.LONGSHORE_ADMIN_TOKEN ?? readFileSync(join(data, "admin-token"), "utf8").trim(),
    data,
    port,
    output,
    pids,
    async kill9(name) {
      const record = readRunRecord(data);
      const identity = name === "supervisor" ? record?.supervisor : record?.children[name];
      if (identity === undefined) throw new Error(`no process ${name} to kill`);
      process.kill(identity.pid, "SIGKILL");
      await waitUntil(() => !isAlive(identity), { within: 10_000 });
    },
    async restarted(name, before) {
      const now = await waitUntil(
        () => {
          const identity = readRunRecord(data)?.children[name];
          return identity !== undefined && identity.pid !== before && isAlive(identity) && identity.pid;
        },
        { within: 30_000 },
      );
      if (now === undefined) throw new Error(`${name} did not come back:\n${output()}`);
      return now;
    },
    async stop({ keep } = { keep: false }) {
      await supervisor.stop();
      // After a kill of the supervisor NATS and Postgres wait for the next start; here there may be none.
      const left = readRunRecord(data);
      if (left?.supervisor.pid === supervisor.pid) {
        for (const { identity } of survivors(left)) await endProcess(identity, ["SIGINT"], 15_000);
      }
      if (!keep) rmSync(dirname(data), { recursive: true, force: true });
    },
  };
};
