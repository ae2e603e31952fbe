import { jetstream, JetStreamApiError } from "@nats-io/jetstream";
import { type KV, Kvm } from "@nats-io/kv";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { unlessBeaten } from "#infra/nats/unless-beaten.ts";
import { unlessDisconnected } from "#infra/nats/unless-disconnected.ts";
import { Fatal } from "#infra/service.ts";
import { LEASE_BUCKET } from "#schema/subjects.ts";

/** How long after its last renewal a lease runs out, in ms: the age limit of the whole bucket. A limit of the entry alone would be lost by the first renewal. */
export const LEASE_TTL_MS = 5_000;

const ANSWER_MS = 1_000;
const KEY = "leader";

interface LeaseEntry<T> {
  readonly holder: T;
  readonly revision: number;
}

/** The one entry that says who leads. Writers give the revision they found; null means that somebody else was first. */
export interface LeaseStore<T> {
  /** Null when nobody holds it. */
  read(): Promise<LeaseEntry<T> | null>;
  create(holder: T): Promise<number | null>;
  replace(holder: T, revision: number): Promise<number | null>;
  remove(revision: number): Promise<void>;
}

/** Throws Fatal when leases would never run out. All calls throw Disconnected or time out after a second. */
export const openLeaseStore = <T>(connection: NatsConnection): LeaseStore<T> => {
  let opened: Promise<KV> | undefined;
  const open = async (): Promise<KV> => {
    const kv = await new Kvm(jetstream(connection, { timeout: ANSWER_MS })).open(LEASE_BUCKET);
    const { ttl } = await kv.status().catch((error: unknown) => {
      if (!(error instanceof JetStreamApiError)) throw error;
      throw new Fatal(`The NATS server has no bucket ${LEASE_BUCKET}: \`npm start\` makes it.`);
    });
    if (ttl === 0)
      throw new Fatal(`The bucket ${LEASE_BUCKET} has no age limit: a dead scheduler would lead for ever.`);
    return kv;
  };
  const bucket = (): Promise<KV> =>
    (opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    }));
  const ask = <R>(work: (kv: KV) => Promise<R>): Promise<R> =>
    unlessDisconnected(connection, async () => work(await bucket()));

  return {
    read: () =>
      ask(async (kv) => {
        const entry = await kv.get(KEY);
        return entry?.operation === "PUT" ? { holder: entry.json<T>(), revision: entry.revision } : null;
      }),
    create: (holder) => ask((kv) => unlessBeaten(() => kv.create(KEY, JSON.stringify(holder)))),
    replace: (holder, revision) =>
      ask((kv) => unlessBeaten(() => kv.update(KEY, JSON.stringify(holder), revision))),
    remove: (revision) =>
      ask(async (kv) => void (await unlessBeaten(() => kv.delete(KEY, { previousSeq: revision })))),
  };
};
