import { Worker } from "node:worker_threads";

/** Polled, since no event reaches a process whose loop never yields. */
const WATCH = `
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
  }, 500);`;

let watching: Worker | undefined;

/** Kills this process soon after its parent is gone. Code of the user's may never yield, and so never hear of that. */
export const endWithParent = (): void => {
  if (watching) return;
  watching = new Worker(WATCH, { eval: true, stdout: false, stderr: false });
  watching.unref();
};
