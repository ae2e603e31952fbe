import { randomBytes } from "node:crypto";
import type { AccessBucket } from "#infra/nats/access.ts";
import { type Clock, timestamp } from "#infra/clock.ts";
import { type Access, type AccessRecord, type Caller, keyOf, SESSION_IDLE_MS } from "./access.ts";
import type { Connectivity } from "./connectivity.ts";

const LINK_MS = 10 * 60_000;
const SESSION_MS = 7 * 24 * 3_600_000;

/** Login links and the sessions they open. Secrets leave here once; the bucket keeps their hashes. */
export interface Sessions {
  /** The secret of a link that opens one session with the maker's rights. */
  makeLink(maker: Caller): Promise<{ secret: string; expiresAt: string }>;
  /** Uses a link up. Null when it is unknown, used or expired. */
  open(link: string): Promise<{ secret: string; expiresAt: string } | null>;
  end(secret: string): Promise<void>;
  /** Removes what has expired; run once at the start. */
  sweep(): Promise<number>;
}

const newSecret = (): string => randomBytes(32).toString("base64url");

interface SessionsOptions {
  readonly bucket: AccessBucket;
  readonly access: Access;
  readonly connectivity: Connectivity;
  readonly clock: Clock;
}

export const openSessions = ({ bucket, access, connectivity, clock }: SessionsOptions): Sessions => {
  const expired = ({ expiresAt }: AccessRecord): boolean =>
    expiresAt !== null && Date.parse(expiresAt) <= clock.now();

  const redeem = async (link: string): Promise<AccessRecord | null> => {
    const key = keyOf("login", link);
    const entry = await bucket.get<AccessRecord>(key);
    if (entry === null) return null;
    // Of two that use the same link at once only one removes this revision.
    const first = await bucket.remove(key, entry.revision);
    return first && !expired(entry.value) ? entry.value : null;
  };

  return {
    makeLink: (maker) =>
      connectivity.whileConnected(async () => {
        const secret = newSecret();
        const expiresAt = timestamp(clock.now() + LINK_MS);
        const record: AccessRecord = { user: maker.actor.id, capabilities: maker.capabilities, expiresAt };
        await bucket.put(keyOf("login", secret), record);
        return { secret, expiresAt };
      }),
    open: (link) =>
      connectivity.whileConnected(async () => {
        const login = await redeem(link);
        if (login === null) return null;
        const secret = newSecret();
        const now = clock.now();
        const expiresAt = timestamp(now + SESSION_IDLE_MS);
        const { user, capabilities } = login;
        const record: AccessRecord = { user, capabilities, expiresAt, endsAt: timestamp(now + SESSION_MS) };
        await bucket.put(keyOf("session", secret), record);
        return { secret, expiresAt };
      }),
    end: async (secret) => {
      await connectivity.whileConnected(() => bucket.remove(keyOf("session", secret)));
      access.forget({ kind: "session", secret });
    },
    sweep: async () => {
      let removed = 0;
      for (const key of [...(await bucket.keys("session.*")), ...(await bucket.keys("login.*"))]) {
        const entry = await bucket.get<AccessRecord>(key);
        if (entry !== null && expired(entry.value) && (await bucket.remove(key, entry.revision)))
          removed += 1;
      }
      return removed;
    },
  };
};
