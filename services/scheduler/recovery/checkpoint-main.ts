/** Writes one checkpoint and ends. A process of its own: the leader neither waits for it nor shares its memory. */
import { constants, setPriority } from "node:os";
import { readEnv } from "#infra/env.ts";
import { createLog, type Log } from "#infra/log.ts";
import { openBlobs } from "#infra/nats/blobs.ts";
import { connectNats } from "#infra/nats/connect.ts";
import { CHECKPOINTS } from "#schema/subjects.ts";
import { writeCheckpoint } from "./checkpoint.ts";
import { recover } from "./recovery.ts";

const main = async (log: Log): Promise<void> => {
  const { natsUrl: url, natsSeedFile: seedFile } = readEnv();
  const began = performance.now();
  const connection = await connectNats({ url, seedFile, user: "scheduler" });
  const failed = (error: unknown): void => log.error({ err: error }, "reading for a checkpoint ended");
  const recovery = await recover({ connection, witnesses: [], log, failed });
  await recovery.stop();
  const { recovered, checkpoint } = recovery;
  const { seq } = recovered.tail;
  if (seq > checkpoint) {
    const bytes = await writeCheckpoint(await openBlobs(connection, CHECKPOINTS), recovered);
    const ms = Math.round(performance.now() - began);
    log.info({ seq, since: checkpoint, live: recovered.live.size, bytes, ms }, "wrote a checkpoint");
  }
  await connection.close();
};

const log = createLog("checkpoint", readEnv().logLevel);
// Whoever wanted it is gone.
process.on("disconnect", () => process.exit(1));
setPriority(constants.priority.PRIORITY_LOW);
try {
  await main(log);
  process.exit(0);
} catch (error) {
  log.error({ err: error }, "no checkpoint was written");
  process.exit(1);
}
