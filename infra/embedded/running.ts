import { join } from "node:path";
import { Fatal } from "#infra/service.ts";
import { isAlive } from "./process-identity.ts";
import { readRunRecord, type RunRecord } from "./run-record.ts";

/** The Longshore that runs on this data folder. Throws Fatal when none does. */
export const runningStack = (data: string): RunRecord => {
  const record = readRunRecord(data);
  if (record === undefined || !isAlive(record.supervisor)) {
    throw new Fatal(`Longshore is not running on ${data}: start it with npm start.`);
  }
  return record;
};

/** What a maintenance program needs to join the running stack as one of its NATS users. */
export const joinAs = (
  user: string,
  data: string,
): { natsUrl: string; seedFile: string | null; databaseUrl: string } => {
  const { natsUrl, seedFolder, databaseUrl } = runningStack(data);
  return { natsUrl, databaseUrl, seedFile: seedFolder === null ? null : join(seedFolder, `${user}.seed`) };
};
