import { availableParallelism } from "node:os";
import type { Limits } from "#schema/executor-type.ts";
import { HOST_SHARE } from "../../../groups/groups.ts";
import { ATTEMPT_MARK, RUNNER_MARK } from "../../../processes/marks.ts";
import type { NewContainer } from "../engine/engine.ts";
import { LABELS, ownerOf } from "./labels.ts";
import type { RunPayload } from "./payload.ts";

/** Seconds between TERM and KILL. */
const STOP_S = 5;
/** A quarter of what a container has by default: what people wait for comes first. */
const SHARES = 256;

interface Wanted {
  readonly payload: RunPayload;
  readonly limits: Limits;
  readonly marks: Readonly<Record<string, string>>;
  /** Processors of the engine's host. */
  readonly processors: number;
}

/** The whole of what is asked of the engine. Nothing of the payload reaches HostConfig but two numbers. */
export const containerOf = ({ payload, limits, marks, processors }: Wanted): NewContainer => {
  const attempt = marks[ATTEMPT_MARK] ?? "";
  const most = (processors || availableParallelism()) * HOST_SHARE;
  return {
    // A second one of the same attempt, after an answer that was lost, is refused by its name.
    name: `longshore-${attempt}`,
    Image: payload.image,
    Cmd: [...payload.command],
    Entrypoint: [],
    Env: Object.entries(payload.env ?? {}).map(([name, value]) => `${name}=${value}`),
    Tty: payload.tty === true,
    OpenStdin: false,
    AttachStdout: true,
    AttachStderr: true,
    StopTimeout: STOP_S,
    Labels: {
      [LABELS.attempt]: attempt,
      [LABELS.runner]: marks[RUNNER_MARK] ?? "",
      // This process is a slot, its parent the runner.
      [LABELS.owner]: ownerOf(process.ppid),
    },
    HostConfig: {
      Privileged: false,
      Binds: [],
      CapDrop: ["NET_RAW", "MKNOD", "SYS_CHROOT", "AUDIT_WRITE"],
      SecurityOpt: ["no-new-privileges"],
      // Reaps what is orphaned in it, and hears TERM for programs that would not as the first process.
      Init: true,
      CpuShares: SHARES,
      NanoCpus: Math.round(Math.min(limits.cpus ?? most, most) * 1e9),
      ...(limits.memoryBytes === undefined
        ? {}
        : { Memory: limits.memoryBytes, MemorySwap: limits.memoryBytes }),
      ...(limits.pids === undefined ? {} : { PidsLimit: limits.pids }),
      ...(limits.files === undefined
        ? {}
        : { Ulimits: [{ Name: "nofile", Soft: limits.files, Hard: limits.files }] }),
      RestartPolicy: { Name: "no" },
      // Its output is kept by Longshore, not a second time on the engine's disk.
      LogConfig: { Type: "none", Config: {} },
    },
  };
};
