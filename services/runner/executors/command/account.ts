import { readFileSync } from "node:fs";

/** Whom a process runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** The account in the text of /etc/passwd, or undefined. */
export const accountIn = (passwd: string, name: string): Account | undefined => {
  const fields = passwd
    .split("\n")
    .map((line) => line.split(":"))
    .find(([user]) => user === name);
  const [uid, gid] = [Number(fields?.[2]), Number(fields?.[3])];
  return fields && Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : undefined;
};

/** Thrown when the configured user does not exist: running as root instead would be worse than not running. */
export class NoSuchUser extends Error {
  override readonly name = "NoSuchUser";
}

/** Whom commands run as: undefined keeps this process's own user. Only root can and does change it. */
export const commandAccount = (user: string): Account | undefined => {
  if (process.getuid?.() !== 0 || user === "root") return undefined;
  const account = accountIn(readFileSync("/etc/passwd", "utf8"), user);
  if (!account) throw new NoSuchUser(`There is no user "${user}" on this host to run commands as.`);
  return account;
};
