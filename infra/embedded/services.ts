import { join } from "node:path";
import type { ChildSpec } from "./child-spec.ts";

/** Where the services find NATS and Postgres, and what they serve. */
export interface Surroundings {
  data: string;
  runnerId: string;
  host: string;
  port: number;
  natsUrl: string;
  seedFolder: string | null;
  databaseUrl: string;
  adminToken: string;
}

/** One service of the product, named like its NATS user. */
export interface Service {
  name: string;
  script: string;
  database: boolean;
  web: boolean;
}

const service = (name: string, uses: { database?: true; web?: true } = {}): Service => ({
  name,
  script: join(import.meta.dirname, `${name}.js`),
  database: uses.database ?? false,
  web: uses.web ?? false,
});

/** In the order they start; they stop in the order of `STOP_ORDER`. */
export const SERVICES: readonly Service[] = [
  service("scheduler", { database: true }),
  service("projector", { database: true }),
  service("monitor"),
  service("runner"),
  service("web", { database: true, web: true }),
];

/** Wishes stop first, then work, then readers, then the authority, and the stores last. */
export const STOP_ORDER = ["web", "runner", "monitor", "projector", "scheduler", "nats", "postgres"];

/** Only these reach a service from the environment: tasks run below them and must not inherit what they need not know. */
const PASSED_ON =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_[A-Z]+|TZ|TMPDIR|XDG_RUNTIME_DIR|NODE_EXTRA_CA_CERTS|SSH_AUTH_SOCK|DOCKER_[A-Z_]+|LONGSHORE_[A-Z_]+)$/;
const SECRET = new Set(["LONGSHORE_ADMIN_TOKEN", "LONGSHORE_DATABASE_URL", "LONGSHORE_NATS_SEED_FILE"]);

const passedOn = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => PASSED_ON.test(name) && !SECRET.has(name)),
  );

const seedOf = (around: Surroundings, name: string): NodeJS.ProcessEnv => {
  const seed =
    around.seedFolder === null
      ? process.env.LONGSHORE_NATS_SEED_FILE
      : join(around.seedFolder, `${name}.seed`);
  return seed === undefined ? {} : { LONGSHORE_NATS_SEED_FILE: seed };
};

const environment = ({ name, database, web }: Service, around: Surroundings): NodeJS.ProcessEnv => ({
  ...passedOn(),
  ...seedOf(around, name),
  ...(database ? { LONGSHORE_DATABASE_URL: around.databaseUrl } : {}),
  ...(web ? { LONGSHORE_ADMIN_TOKEN: around.adminToken } : {}),
  NODE_ENV: "production",
  LONGSHORE_DATA: around.data,
  LONGSHORE_HOST: around.host,
  LONGSHORE_PORT: String(around.port),
  LONGSHORE_NATS_URL: around.natsUrl,
  LONGSHORE_RUNNER_ID: around.runnerId,
  LONGSHORE_SUPERVISED: "1",
});

export const serviceSpec = (one: Service, around: Surroundings): ChildSpec => ({
  name: one.name,
  command: process.execPath,
  args: ["--enable-source-maps", ...process.execArgv, one.script, ...(one.web ? ["--web"] : [])],
  env: environment(one, around),
  cwd: process.cwd(),
  output: "pipe",
  stop: ["SIGTERM", "SIGKILL"],
  stopGrace: 10_000,
});
