import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const KEYRINGS = ["debian-archive-keyring.gpg", "debian-archive-keyring.pgp"].map((file) =>
  join("/usr/share/keyrings", file),
);

const MOST_MIRRORS = 3;

const targets = async (options: string[]): Promise<string[][]> => {
  const format = "$(REPO_URI)|$(ORIGIN)|$(LABEL)";
  const { stdout } = await run("apt-get", [
    "indextargets",
    ...options,
    "--format",
    format,
    "Created-By: Packages",
  ]);
  return stdout
    .split("\n")
    .map((row) => row.split("|"))
    .filter(([uri = ""]) => /^https?:\/\//.test(uri));
};

/** The mirrors apt itself uses. The security archive has no sid. */
const configuredMirrors = async (): Promise<string[]> => {
  const known = (await targets([])).filter(([, origin, label]) => origin === "Debian" && label === "Debian");
  // Fresh images ship without package lists; then only addresses are known, and apt checks who signed what it gets.
  const rows = known.length > 0 ? known : await targets(["--no-release-info"]);
  const addresses = [...new Set(rows.map(([uri = ""]) => uri))].filter((uri) => !/security\/?$/.test(uri));
  const likely = (uri: string): number => (/debian\/?$/.test(uri) ? 0 : 1);
  return addresses.toSorted((a, b) => likely(a) - likely(b)).slice(0, MOST_MIRRORS);
};

/** Everything apt would read or write elsewhere points into `folder`, so no rights and no cleaning up are needed. */
const privateApt = (folder: string, mirror: string): string[] => {
  const key = KEYRINGS.find((file) => existsSync(file));
  mkdirSync(join(folder, "lists", "partial"), { recursive: true });
  mkdirSync(join(folder, "archives", "partial"), { recursive: true });
  writeFileSync(join(folder, "sources"), `deb ${key ? `[signed-by=${key}] ` : ""}${mirror} sid main\n`);
  const settings: Record<string, string> = {
    "Dir::State": folder,
    "Dir::State::lists": join(folder, "lists"),
    "Dir::State::status": "/dev/null",
    "Dir::Cache": folder,
    "Dir::Etc::sourcelist": join(folder, "sources"),
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::Etc::preferences": "/dev/null",
    "Dir::Etc::preferencesparts": "/dev/null",
    "APT::Sandbox::User": "root",
    "Acquire::Languages": "none",
    "Acquire::Retries": "2",
    "Acquire::http::Timeout": "20",
  };
  return Object.entries(settings).flatMap(([key_, value]) => ["-o", `${key_}=${value}`]);
};

const unpackFrom = async (mirror: string, folder: string): Promise<string> => {
  const options = privateApt(folder, mirror);
  const where = { cwd: folder, timeout: 180_000 };
  await run("apt-get", [...options, "update"], where);
  await run("apt-get", [...options, "download", "nats-server"], where);
  const archive = readdirSync(folder).find((name) => name.endsWith(".deb"));
  if (archive === undefined) throw new Error("apt-get downloaded nothing");
  await run("dpkg", ["-x", join(folder, archive), join(folder, "unpacked")]);
  return join(folder, "unpacked", "usr", "sbin", "nats-server");
};

/** Fetches Debian's newest nats-server into `folder` through the machine's own mirror; works for any user. */
export const fromDebian = async (folder: string, say: (line: string) => void): Promise<string> => {
  const mirrors = await configuredMirrors();
  if (mirrors.length === 0) throw new Error("apt knows no Debian mirror");
  say("fetching nats-server (Debian archive, sid)");
  let last: unknown;
  for (const [index, mirror] of mirrors.entries()) {
    const own = join(folder, `mirror-${index}`);
    mkdirSync(own, { recursive: true });
    try {
      return await unpackFrom(mirror, own);
    } catch (error) {
      last = error;
    }
  }
  throw last;
};
