import { execFileSync, spawn } from "node:child_process";
import { chownSync, cpSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";

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

/** What a clone of this working tree would hold: no node_modules, nothing built, no data. */
export const freshClone = (folder: string): void => {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
  });
  for (const file of listed.toString().split("\0").filter(Boolean)) {
    const target = join(folder, file);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(ROOT, file), target, { force: true });
  }
};

export const give = (folder: string, { uid, gid }: Person): void => {
  if (process.getuid?.() !== 0) return;
  chownSync(dirname(folder), uid, gid);
  execFileSync("chown", ["-R", `${uid}:${gid}`, folder]);
};

export interface Terminal {
  output(): string;
  /** What the terminal does on Ctrl-C: SIGINT to npm, its shell and the program at once. Gives npm's exit code. */
  ctrlC(): Promise<number | null>;
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

/** `npm …` typed by a person in a terminal of their own. */
export const typeNpm = ({ args, cwd, home, person, port }: Command): Terminal => {
  let seen = "";
  const child = spawn("npm", args, {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      LONGSHORE_PORT: String(port),
      NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS,
    },
    detached: true,
    ...person,
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
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
    ctrlC() {
      signalGroup("SIGINT");
      return ended;
    },
    close: () => signalGroup("SIGTERM"),
  };
};
