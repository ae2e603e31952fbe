import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Clock } from "#infra/clock.ts";
import type { Log } from "#infra/log.ts";
import { CHECKPOINT_ENTRY } from "../entries.ts";

interface KeeperOptions {
  readonly log: Log;
  readonly clock: Clock;
  /** Sequence of the last fact on disk. */
  readonly stored: () => number;
  /** Sequence of the newest checkpoint. */
  readonly newest: number;
}

const LOOK_EVERY_MS = 10_000;
const APART_MS = 60_000;
/** Fewer are replayed in a fifth of a second. */
const WORTH_FACTS = 5_000;
/** At most this part of one processor goes into checkpoints, however long one takes. */
const SHARE = 0.1;

/** Has a checkpoint written when it is worth it, by a process beside this one. */
export const keepCheckpoints = ({ log, clock, stored, newest }: KeeperOptions): { stop(): void } => {
  let covered = newest;
  let dueAt = 0;
  let writing: ReturnType<typeof fork> | undefined;

  const write = (): void => {
    const from = stored();
    const began = clock.monotonic();
    const child = fork(fileURLToPath(CHECKPOINT_ENTRY), [], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    writing = child;
    dueAt = began + APART_MS;
    child.on("error", (error) => log.warn({ err: error }, "the writer of checkpoints could not be started"));
    child.on("exit", (code, signal) => {
      writing = undefined;
      dueAt = Math.max(dueAt, began + (clock.monotonic() - began) / SHARE);
      if (code === 0) covered = from;
      else log.warn({ code, signal }, "no checkpoint was written; it is tried again later");
    });
  };

  const looking = setInterval(() => {
    if (writing === undefined && clock.monotonic() >= dueAt && stored() - covered >= WORTH_FACTS) write();
  }, LOOK_EVERY_MS);
  looking.unref();

  return {
    stop: () => {
      clearInterval(looking);
      writing?.kill();
    },
  };
};
