import type { Log } from "#infra/log.ts";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { ask } from "#infra/nats/serve.ts";
import type { HostSample } from "#schema/telemetry.ts";
import { reportSubject } from "#schema/subjects.ts";
import { createPressureGauge } from "./pressure.ts";

const TIMEOUT_MS = 2_000;
/** Said again after this many samples, for a scheduler that did not hear it. */
const AGAIN_AFTER = 5;

/** Tells the scheduler when this host comes under pressure and out of it, and says so again while it lasts. */
export const tellPressure = (
  connection: NatsConnection,
  { cpuLimit, log }: { readonly cpuLimit: number; readonly log: Log },
): ((sample: HostSample) => void) => {
  const gauge = createPressureGauge(cpuLimit);
  let told = false;
  let since = 0;
  return (sample) => {
    const reason = gauge.look(sample);
    const changed = told !== (reason !== null);
    since = changed ? 0 : (since + 1) % AGAIN_AFTER;
    told = reason !== null;
    if (since !== 0) return;
    const body = { runner: "monitor", host: sample.host, reason };
    ask(connection, reportSubject("monitor", "pressure"), body, TIMEOUT_MS).catch((error: unknown) =>
      log.debug({ err: error }, "no scheduler heard about the host's load"),
    );
  };
};
