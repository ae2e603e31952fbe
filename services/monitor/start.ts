import { connectNats } from "#infra/nats/connect.ts";
import { serve } from "#infra/nats/serve.ts";
import type { Ground, Running } from "#infra/service.ts";
import { querySubject, telemetrySubject } from "#schema/subjects.ts";
import { createMetrics } from "./metrics.ts";
import { readJournal } from "./read-journal.ts";
import { createSampler } from "./sample.ts";
import { tellStuck } from "./stuck/tell-stuck.ts";
import { tellPressure } from "./tell-pressure.ts";
import { hostToken, keepSampling } from "./sampling.ts";

/** Starts looking at this host every second, counting facts and answering what was counted, and watching attempts for signs of life. */
export const startMonitor = async (ground: Ground): Promise<Running> => {
  const { env, log } = ground;
  const connection = await connectNats({ url: env.natsUrl, seedFile: env.natsSeedFile, user: "monitor" });
  const ending = new AbortController();
  const metrics = createMetrics();
  const subject = telemetrySubject("sample", hostToken(env.hostName));
  const weigh = tellPressure(connection, { cpuLimit: env.cpuLimit, log });
  const sampling = keepSampling({
    take: createSampler({ host: env.hostName, folder: env.data }),
    publish: (sample) => {
      metrics.showHost(sample);
      connection.publish(subject, JSON.stringify(sample));
      weigh(sample);
    },
    log,
    signal: ending.signal,
  });
  const reading = readJournal({
    connection,
    listeners: [metrics, tellStuck(connection, log)],
    log,
    signal: ending.signal,
  }).catch((error: unknown) => ground.fail(error));
  serve(
    connection,
    querySubject("monitor", "metrics"),
    async () => ({ text: await metrics.text() }),
    (error) => log.error({ err: error }, "a question about metrics was not answered"),
  );
  return {
    stop: async () => {
      ending.abort();
      await Promise.all([sampling, reading]);
      metrics.end();
      await connection.close();
    },
  };
};
