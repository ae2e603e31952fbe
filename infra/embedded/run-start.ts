import { readEnv } from "#infra/env.ts";
import { readHostsFile } from "#infra/hosts-file.ts";
import { adminToken } from "./admin-token.ts";
import { lockData } from "./data-lock.ts";
import { explain } from "./explain.ts";
import { loginLink } from "./login-link.ts";
import { openData, requirePort, requireSpace, requireVersion } from "./preflight.ts";
import type { Service } from "./services.ts";
import { createSupervisor, type Supervisor } from "./supervisor.ts";
import { complain, say } from "./terminal.ts";

/** npm passes Ctrl-C on to us although the terminal has already sent it: the echo is not a second wish. */
const ECHO_MS = 1_000;

interface Wish {
  /** Resolves at the first SIGINT, SIGTERM or SIGHUP. */
  readonly stop: Promise<void>;
  onForce(act: () => void): void;
}

const listen = (): Wish => {
  let first: number | undefined;
  let force = (): void => undefined;
  const stop = new Promise<void>((resolve) => {
    const wish = (): void => {
      if (first === undefined) {
        first = performance.now();
        resolve();
      } else if (performance.now() - first > ECHO_MS) force();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, wish);
  });
  return {
    stop,
    onForce(act) {
      force = act;
    },
  };
};

const welcome = async (url: string, token: string): Promise<void> => {
  const link = await loginLink(url, token).catch((error: unknown) => {
    say(`  ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  say(`\nLongshore is at ${url}`);
  if (link !== undefined) say(`Log in once with ${link}`);
  say("Ctrl-C stops it.\n");
};

const stopInOrder = async (supervisor: Supervisor, wish: Wish): Promise<void> => {
  say("\nStopping (Ctrl-C again to force it)");
  const forced = new Promise<void>((resolve, reject) => {
    wish.onForce(() => void supervisor.stop(true).then(resolve, reject));
  });
  await Promise.race([supervisor.stop(false), forced]);
  say("Stopped.");
};

const run = async (services: readonly Service[], wish: Wish): Promise<void> => {
  const asked = readEnv();
  readHostsFile(asked.hostsFile, asked.runnerId);
  openData(asked.data);
  requireSpace(asked.data);
  const unlock = lockData(asked.data);
  try {
    requireVersion(asked.data);
    const env = { ...asked, port: await requirePort(asked.port, asked.host) };
    const supervisor = createSupervisor(env, services);
    try {
      const up = supervisor.start().then((url) => welcome(url, adminToken(env.data, env.adminToken)));
      up.catch(() => undefined);
      await Promise.race([up, wish.stop]);
      await wish.stop;
      await stopInOrder(supervisor, wish);
    } catch (error) {
      await supervisor.stop(false);
      throw error;
    }
  } finally {
    unlock();
  }
};

/** `npm start`: supervises until it is told to stop. Ends the process; code 1 after one sentence when it could not start. */
export const runStart = async (services: readonly Service[]): Promise<void> => {
  try {
    await run(services, listen());
    process.exit(0);
  } catch (error) {
    complain(explain(error));
    process.exit(1);
  }
};
