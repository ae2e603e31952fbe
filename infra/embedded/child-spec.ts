/** One process the supervisor keeps alive. */
export interface ChildSpec {
  name: string;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Run as this account instead of our own. */
  account?: { uid: number; gid: number } | undefined;
  /** `pipe`: read by the supervisor, which shows warnings; `file`: straight to the log, so it outlives the supervisor. */
  output: "pipe" | "file";
  /** Sent one after the other, `stopGrace` milliseconds apart, until it has ended. */
  stop: NodeJS.Signals[];
  stopGrace: number;
  /** Before every start, also the ones after a crash. */
  prepare?: () => Promise<void>;
  /** Whether the process with this pid serves yet; asked until true. Absent = as soon as it runs. */
  ready?: (pid: number) => boolean | Promise<boolean>;
}
