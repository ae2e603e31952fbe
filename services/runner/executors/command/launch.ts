import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { inheritedEnvironment } from "#infra/env.ts";
import type { Limits } from "#schema/executor-type.ts";
import type { JobContext } from "../../executor.ts";
import type { Account } from "./account.ts";
import type { Folder } from "./folder.ts";
import type { CommandPayload } from "./payload.ts";
import { lowerPriority } from "../../processes/priority.ts";
import { withinRlimits } from "../../processes/rlimits.ts";
import type { Tree } from "../../processes/tree.ts";

/** All that a command sees of our environment. */
const BASE = ["PATH", "HOME", "LANG", "TZ"];

interface Launch {
  readonly context: JobContext<CommandPayload>;
  readonly account: Account | undefined;
  readonly folder: Folder;
  readonly tree: Tree;
  readonly limits: Limits;
}

const argumentsOf = ({ command }: CommandPayload): [string, ...string[]] => {
  if (typeof command === "string") return ["/bin/sh", "-c", command];
  const [file = "", ...rest] = command;
  return [file, ...rest];
};

const environmentOf = ({ context, account, folder }: Launch): Record<string, string> => ({
  ...inheritedEnvironment(BASE),
  // The home of our own user is closed to another one.
  ...(account ? { HOME: folder.path } : {}),
  ...context.payload.env,
  ...context.marks,
});

/** Starts the command in a session of its own, within its limits. Rejects with the system's error when it cannot be started. */
export const launch = async (options: Launch): Promise<ChildProcess> => {
  const [file, ...args] = withinRlimits(argumentsOf(options.context.payload), options.limits);
  const child = options.tree.start(() =>
    spawn(file, args, {
      cwd: options.folder.path,
      env: environmentOf(options),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      shell: false,
      ...options.account,
    }),
  );
  await once(child, "spawn");
  lowerPriority(child.pid);
  // A signal that comes too late is no error of the command.
  child.on("error", () => undefined);
  return child;
};
