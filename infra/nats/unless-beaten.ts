import { JetStreamApiError } from "@nats-io/jetstream";

const WRONG_LAST_SEQUENCE = 10071;

/** What the work gives, or null when somebody else changed the entry first. */
export const unlessBeaten = async <T>(work: () => Promise<T>): Promise<T | null> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE) return null;
    throw error;
  }
};
