import type { HostSample } from "#schema/telemetry.ts";

/** Samples are shown live every second, but kept this far apart. */
const APART_MS = 5_000;

/** Says which samples of each host are worth keeping. */
export const sparseSamples = (): ((sample: HostSample) => boolean) => {
  const latest = new Map<string, number>();
  return ({ host, at }) => {
    const moment = Date.parse(at);
    const before = latest.get(host);
    // A clock that was set back must not silence its host.
    if (before !== undefined && moment >= before && moment - before < APART_MS) return false;
    latest.set(host, moment);
    return true;
  };
};
