import {
  jetstreamManager,
  JetStreamApiError,
  type JetStreamManager,
  type StreamConfig,
} from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { Objm } from "@nats-io/obj";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { LEASE_TTL_MS } from "#infra/nats/lease.ts";
import { journalConfig, journalFaults, telemetryConfig } from "#infra/nats/streams.ts";
import { Fatal } from "#infra/service.ts";
import { ACCESS, CHECKPOINTS, JOURNAL, LEASE_BUCKET, OBJECTS } from "#schema/subjects.ts";

interface ProvisionOptions {
  readonly url: string;
  readonly seedFile: string | null;
  /** Free bytes on the volume that holds JetStream. */
  readonly dataFree: number;
}

const STREAM_NOT_FOUND = 10059;

const ensureStream = async (
  manager: JetStreamManager,
  config: Partial<StreamConfig> & { name: string },
): Promise<void> => {
  try {
    const { config: present } = await manager.streams.info(config.name);
    const missing = (config.subjects ?? []).filter((subject) => !present.subjects.includes(subject));
    // A journal made by an older release learns the subjects that were added since.
    if (missing.length > 0)
      await manager.streams.update(config.name, { subjects: [...present.subjects, ...missing] });
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== STREAM_NOT_FOUND) throw error;
    await manager.streams.add(config);
  }
};

/** Throws Fatal when the journal on this server cannot be trusted to keep facts. */
const verifyJournal = async (manager: JetStreamManager): Promise<void> => {
  const { config } = await manager.streams.info(JOURNAL);
  const faults = journalFaults(config);
  if (faults.length > 0)
    throw new Fatal(`The stream ${JOURNAL} is not configured as a journal: ${faults.join("; ")}.`);
};

/** What a service asks of the server before it trusts it: a journal made as a journal. Throws Fatal. */
export const requireJournal = async (connection: NatsConnection): Promise<void> => {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  await verifyJournal(manager);
};

/** Makes the streams and buckets that are missing, and refuses a journal made otherwise. Safe to run again. */
export const provision = async ({ url, seedFile, dataFree }: ProvisionOptions): Promise<void> => {
  const connection = await connectNats({ url, seedFile, user: "provisioner" });
  try {
    const manager = await jetstreamManager(connection);
    await ensureStream(manager, journalConfig(dataFree));
    await ensureStream(manager, telemetryConfig(dataFree));
    await new Kvm(connection).create(ACCESS, { history: 1 });
    await new Kvm(connection).create(LEASE_BUCKET, { history: 1, ttl: LEASE_TTL_MS });
    await new Objm(connection).create(OBJECTS, {});
    await new Objm(connection).create(CHECKPOINTS, {});
    await verifyJournal(manager);
  } finally {
    await connection.close();
  }
};
