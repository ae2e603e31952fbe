import { BadEnvironment } from "#infra/env.ts";
import { provision } from "#infra/nats/provision.ts";
import { migrate } from "#infra/postgres/migrate.ts";
import { Fatal } from "#infra/service.ts";
import { within } from "./within.ts";

/** Migrations of a large read model take their time; a NATS server that does not let us in retries for ever. */
const LIMIT_MS = 120_000;

export interface StoreAddresses {
  natsUrl: string;
  /** The provisioner's seed; null for a NATS server without users. */
  seedFile: string | null;
  databaseUrl: string;
  /** Free bytes on the volume of the data folder. */
  dataFree: number;
}

const asRefusal = (what: string) => (error: unknown) => {
  if (error instanceof Fatal || error instanceof BadEnvironment) throw error;
  const cause = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  throw new Fatal(`${what} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}.`);
};

/** Streams, buckets and tables as this version needs them. Throws Fatal when one of the two servers does not play along. */
export const prepareStores = async (where: StoreAddresses): Promise<void> => {
  const { natsUrl: url, seedFile, databaseUrl, dataFree } = where;
  await within(
    provision({ url, seedFile, dataFree }).catch(asRefusal(`The NATS server at ${url}`)),
    LIMIT_MS,
    `The NATS server at ${url} did not answer within ${LIMIT_MS / 1000} s.`,
  );
  const { host } = new URL(databaseUrl);
  await within(
    migrate(databaseUrl).catch(asRefusal(`The Postgres server at ${host}`)),
    LIMIT_MS,
    `The Postgres server at ${host} did not answer within ${LIMIT_MS / 1000} s.`,
  );
};
