import { execFileSync } from "node:child_process";
import { Fatal } from "#infra/service.ts";

/** The operating system account Postgres runs as when Longshore itself runs as root. */
export interface Account {
  uid: number;
  gid: number;
}

/** Not `nobody`: a task that ran as nobody could then read or end the database. */
const OWN_ACCOUNT = "longshore-db";

const quiet = (command: string, args: string[]): string =>
  execFileSync(command, args, { encoding: "utf8", stdio: "pipe" }).trim();

const lookUp = (name: string): Account | undefined => {
  try {
    return { uid: Number(quiet("id", ["-u", name])), gid: Number(quiet("id", ["-g", name])) };
  } catch {
    return undefined;
  }
};

const create = (): Account | undefined => {
  const options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"];
  try {
    quiet("useradd", [...options, "--shell", "/usr/sbin/nologin", OWN_ACCOUNT]);
  } catch {
    // Two starts may race for it, or there is no useradd: what counts is whether the account exists now.
  }
  return lookUp(OWN_ACCOUNT);
};

/** Postgres refuses to run as root: the account to use instead, made when missing; undefined for an ordinary user. */
export const postgresAccount = (say: (line: string) => void): Account | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const existing = lookUp(OWN_ACCOUNT);
  if (existing !== undefined) return existing;
  const created = create();
  if (created !== undefined)
    say(`made the system account ${OWN_ACCOUNT}, since Postgres does not run as root`);
  const account = created ?? lookUp("postgres");
  if (account === undefined) {
    throw new Fatal(
      `Postgres does not run as root and the account ${OWN_ACCOUNT} could not be made: ` +
        "start Longshore as an ordinary user, or set LONGSHORE_DATABASE_URL.",
    );
  }
  return account;
};
