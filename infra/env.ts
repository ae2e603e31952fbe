import { hostname } from "node:os";
import { join, resolve } from "node:path";

/** Thrown for an environment variable that cannot be used; the message names it and says what is expected. */
export class BadEnvironment extends Error {
  override readonly name = "BadEnvironment";
}

type Read = (name: string) => string | undefined;

const whole = (read: Read, name: string, fallback: number, range: readonly [number, number]): number => {
  const text = read(name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < range[0] || value > range[1]) {
    throw new BadEnvironment(
      `${name} is "${text}"; expected a whole number from ${range[0]} to ${range[1]}.`,
    );
  }
  return value;
};

const yesOrNo = (read: Read, name: string, fallback: boolean): boolean => {
  const text = read(name);
  if (text === undefined) return fallback;
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw new BadEnvironment(`${name} is "${text}"; expected true or false.`);
};

const token = (read: Read, name: string, fallback: string): string => {
  const text = read(name) ?? fallback;
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(text))
    throw new BadEnvironment(`${name} is "${text}"; expected letters, digits, "-" and "_" only.`);
  return text;
};

/** Everything the environment decides; the only reader of process.env outside infra/embedded. */
export interface Env {
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly natsUrl: string;
  /** File with the nkey seed of this service's NATS user; null on a server without users. */
  readonly natsSeedFile: string | null;
  readonly databaseUrl: string | null;
  readonly adminToken: string | null;
  /** Tasks that may be active at once. */
  readonly concurrency: number;
  /** Milliseconds of waiting that a level of priority is worth. */
  readonly agingMs: number;
  /** Percent of the host's processors above which no more than one task runs at a time; 100 for no such limit. */
  readonly cpuLimit: number;
  readonly runnerId: string;
  readonly slots: number;
  /** Folder of the user's own executors; need not be there. */
  readonly executors: string;
  /** Name of this host as shown to people. */
  readonly hostName: string;
  readonly allowShell: boolean;
  /** User that commands run as when the runner is root: a name, or `root` to keep its rights. */
  readonly commandUser: string;
  readonly logLevel: string;
  /** A supervised service ends when its stdin closes. */
  readonly supervised: boolean;
}

/** The environment, validated. Throws BadEnvironment. */
export const readEnv = (source: Readonly<Record<string, string | undefined>> = process.env): Env => {
  const read: Read = (name) => (source[name] === "" ? undefined : source[name]);
  const data = resolve(read("LONGSHORE_DATA") ?? join(process.cwd(), ".longshore"));
  return {
    data,
    host: read("LONGSHORE_HOST") ?? "127.0.0.1",
    port: whole(read, "LONGSHORE_PORT", 7400, [0, 65_535]),
    natsUrl: read("LONGSHORE_NATS_URL") ?? "nats://127.0.0.1:4222",
    natsSeedFile: read("LONGSHORE_NATS_SEED_FILE") ?? null,
    databaseUrl: read("LONGSHORE_DATABASE_URL") ?? null,
    adminToken: read("LONGSHORE_ADMIN_TOKEN") ?? null,
    concurrency: whole(read, "LONGSHORE_CONCURRENCY", 10, [1, 10_000]),
    agingMs: whole(read, "LONGSHORE_AGING_MS", 300_000, [1, 86_400_000]),
    cpuLimit: whole(read, "LONGSHORE_CPU_LIMIT", 80, [10, 100]),
    runnerId: token(read, "LONGSHORE_RUNNER_ID", "local"),
    slots: whole(read, "LONGSHORE_SLOTS", 10, [1, 1_000]),
    executors: resolve(read("LONGSHORE_EXECUTORS") ?? join(data, "executors")),
    hostName: hostname(),
    allowShell: yesOrNo(read, "LONGSHORE_ALLOW_SHELL", false),
    commandUser: read("LONGSHORE_COMMAND_USER") ?? "nobody",
    logLevel: read("LONGSHORE_LOG_LEVEL") ?? "info",
    supervised: yesOrNo(read, "LONGSHORE_SUPERVISED", false),
  };
};

/** The named variables as they are set here: all that a child process is given of this environment. */
export const inheritedEnvironment = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
