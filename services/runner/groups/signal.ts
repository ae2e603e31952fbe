/** Sends a signal to a process that may have ended between the look and the signal, which is what a signal is for. */
export const sendSignal = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
};
