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

const fromTo = (read: Read, name: string, fallback: string): { min: number; max: number } => {
  const text = read(name) ?? fallback;
  const [, low, high = low] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(text) ?? [];
  const [min, max] = [Number(low), Number(high)];
  if (min >= 1 && min <= max && max <= 1_000) return { min, max };
  throw new BadEnvironment(
    `${name} is "${text}"; expected a whole number from 1 to 1000, or two of them such as "2-10".`,
  );
};

const pairs = (read: Read, name: string): Record<string, string> => {
  const parts = (read(name) ?? "").split(",").filter((part) => part.trim() !== "");
  return Object.fromEntries(
    parts.map((part) => {
      const [, key, value] = /^\s*([A-Za-z0-9_./-]{1,63})=(.{0,200}?)\s*$/.exec(part) ?? [];
      if (key === undefined || value === undefined)
        throw new BadEnvironment(`${name} has "${part}"; expected key=value, separated by commas.`);
      return [key, value];
    }),
  );
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

const GROUPS = ["auto", "cgroup2", "cgroup1", "soft"] as const;
const LOG_LEVELS = ["info", "trace", "debug", "warn", "error", "fatal", "silent"] as const;

/** One of the words; the first unless another is given. */
const oneOf = <T extends string>(read: Read, name: string, words: readonly [T, ...T[]]): T => {
  const text = read(name) ?? words[0];
  const found = words.find((word) => word === text);
  if (found === undefined) throw new BadEnvironment(`${name} is "${text}"; expected ${words.join(", ")}.`);
  return found;
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
  /** What a runner's tasks may ask for: the labels it wears. */
  readonly labels: Readonly<Record<string, string>>;
  /** At least and at most so many tasks at once on the runner; `"10"` is ten, `"2-10"` as many as are needed. */
  readonly slots: { readonly min: number; readonly max: number };
  /** Folder of the user's own executors; need not be there. */
  readonly executors: string;
  /** File that names further container hosts; need not be there. */
  readonly hostsFile: string;
  /** Address of the runner's own engine; null for the default socket. */
  readonly dockerHost: string | null;
  /** Name of this host as shown to people. */
  readonly hostName: string;
  readonly allowShell: boolean;
  /** User that commands run as when the runner is root: a name, or `root` to keep its rights. */
  readonly commandUser: string;
  /** Which control groups keep attempts within their limits: `auto`, `cgroup2`, `cgroup1` or `soft` (none). */
  readonly groups: (typeof GROUPS)[number];
  readonly logLevel: (typeof LOG_LEVELS)[number];
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
    labels: pairs(read, "LONGSHORE_LABELS"),
    slots: fromTo(read, "LONGSHORE_SLOTS", "10"),
    executors: resolve(read("LONGSHORE_EXECUTORS") ?? join(data, "executors")),
    hostsFile: resolve(read("LONGSHORE_HOSTS") ?? join(data, "hosts.json")),
    dockerHost: read("DOCKER_HOST") ?? null,
    hostName: hostname(),
    allowShell: yesOrNo(read, "LONGSHORE_ALLOW_SHELL", false),
    commandUser: read("LONGSHORE_COMMAND_USER") ?? "nobody",
    groups: oneOf(read, "LONGSHORE_GROUPS", GROUPS),
    logLevel: oneOf(read, "LONGSHORE_LOG_LEVEL", LOG_LEVELS),
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

/** Gives this thread's environment, and what it starts from now on, more variables. */
export const adoptEnvironment = (more: Readonly<Record<string, string>>): void => {
  Object.assign(process.env, more);
};
