import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const ROOT = dirname(dirname(import.meta.dirname));

export interface Person {
  uid: number;
  gid: number;
}

/** The ordinary user of a test: nobody where the test runs as root, else whoever runs it. */
export const ordinaryPerson = (): Person =>
  process.getuid?.() === 0
    ? { uid: Number(execFileSync("id", ["-u", "nobody"])), gid: Number(execFileSync("id", ["-g", "nobody"])) }
    : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

const NOT_CLONED = new Set([".git", "node_modules", "dist", ".longshore", ".cache"]);

/** What a clone of this working tree would hold: no node_modules, nothing built, no data. Works without git. */
export const freshClone = (folder: string): void => {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(ROOT).filter((entry) => !NOT_CLONED.has(entry))) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
};

export const give = (folder: string, { uid, gid }: Person): void => {
  if (process.getuid?.() !== 0) return;
  chownSync(dirname(folder), uid, gid);
  execFileSync("chown", ["-R", `${uid}:${gid}`, folder]);
};

export interface Terminal {
  output(): string;
  /** Resolves when the output contains `words`; throws with all of it when npm ends before. */
  shows(words: string): Promise<void>;
  /** What the terminal does on Ctrl-C: SIGINT to npm, its shell and the program at once. Resolves when npm has ended. */
  ctrlC(): Promise<void>;
  /** For a test that failed half-way. */
  close(): void;
}

interface Command {
  args: string[];
  cwd: string;
  home: string;
  person: Person;
  port: number;
}

/** How this machine reaches the package registry; nothing else of the test's environment is passed on. */
const wayOut = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) =>
      /^(npm_config_registry|https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/i.test(name),
    ),
  );

/** The end of each service's log, for the message of a start that failed. */
const logsUnder = (clone: string): string => {
  const folder = join(clone, ".longshore", "logs");
  if (!existsSync(folder)) return "";
  return readdirSync(folder)
    .map((name) => `\n${name}: ${readFileSync(join(folder, name), "utf8").slice(-1_000)}`)
    .join("");
};

/** `npm …` typed by a person in a terminal of their own. */
export const typeNpm = ({ args, cwd, home, person, port }: Command): Terminal => {
  let seen = "";
  const child = spawn("npm", args, {
    cwd,
    env: { ...wayOut(), PATH: process.env.PATH, HOME: home, LONGSHORE_PORT: String(port) },
    detached: true,
    ...person,
  });
  const ended = once(child, "close");
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (seen += chunk.toString()));
  const signalGroup = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-child.pid!, signal);
    } catch {
      // Everything in it has ended.
    }
  };
  return {
    output: () => seen,
    async shows(words) {
      const gone = (): boolean => child.exitCode !== null || child.signalCode !== null;
      while (!seen.includes(words)) {
        if (gone())
          throw new Error(`npm ${args.join(" ")} ended before “${words}”:\n${seen}${logsUnder(cwd)}`);
        await delay(50);
      }
    },
    async ctrlC() {
      signalGroup("SIGINT");
      await ended;
    },
    close: () => signalGroup("SIGTERM"),
  };
};
