import { createHash, timingSafeEqual } from "node:crypto";
import type { AccessBucket } from "#infra/nats/access.ts";
import type { Clock } from "#infra/clock.ts";
import type { Actor } from "#schema/actor.ts";
import { type Capability, CAPABILITIES } from "#schema/policy.ts";
import type { Connectivity } from "./connectivity.ts";

/** What a request shows to say who it is from. */
export interface Credential {
  readonly kind: "token" | "session";
  readonly secret: string;
}

/** Who is asking, with which rights. */
export interface Caller {
  readonly actor: Actor;
  readonly capabilities: readonly Capability[];
  /** RFC 3339, or null for a token without an end. */
  readonly expiresAt: string | null;
}

/** What the bucket keeps under the hash of a secret; never the secret. Times are RFC 3339. */
export interface AccessRecord {
  readonly user: string;
  readonly capabilities: readonly Capability[];
  readonly expiresAt: string | null;
  /** Sessions only: the end that no use moves. */
  readonly endsAt?: string;
}

export interface Access {
  /** Null for a credential that is unknown, used up, revoked or expired. Answers are at most a second old. */
  resolve(credential: Credential): Promise<Caller | null>;
  /** Makes a revocation count at once. */
  forget(credential: Credential): void;
}

const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");
export const keyOf = (kind: "token" | "session" | "login", secret: string): string =>
  `${kind}.${hashOf(secret)}`;

export const SESSION_IDLE_MS = 12 * 3_600_000;
const CACHE_MS = 1_000;
const CACHE_SIZE = 1_000;
/** A session's idle end is moved at most this often: not every request is a write. */
const RENEW_MS = 5 * 60_000;

interface AccessOptions {
  readonly bucket: AccessBucket;
  readonly connectivity: Connectivity;
  readonly clock: Clock;
  readonly adminToken: string;
  readonly allowShell: boolean;
}

const adminCapabilities = (allowShell: boolean): readonly Capability[] =>
  CAPABILITIES.filter((capability) => allowShell || capability !== "shell");

export const openAccess = (options: AccessOptions): Access => {
  const { bucket, connectivity, clock, allowShell } = options;
  const granted = adminCapabilities(allowShell);
  const adminHash = Buffer.from(hashOf(options.adminToken));
  const admin: Caller = { actor: { kind: "token", id: "admin" }, capabilities: granted, expiresAt: null };
  const cache = new Map<string, { readonly at: number; readonly caller: Promise<Caller | null> }>();

  const isAdmin = ({ kind, secret }: Credential): boolean =>
    kind === "token" && timingSafeEqual(Buffer.from(hashOf(secret)), adminHash);

  const renew = async (key: string, record: AccessRecord, revision: number): Promise<void> => {
    const wanted = Math.min(clock.now() + SESSION_IDLE_MS, Date.parse(record.endsAt ?? "") || Infinity);
    if (wanted - Date.parse(record.expiresAt ?? "") < RENEW_MS) return;
    // Losing this race means that it was revoked or renewed by somebody else: both are fine.
    await bucket.replace(key, { ...record, expiresAt: new Date(wanted).toISOString() }, revision);
  };

  const lookUp = async (key: string, kind: Credential["kind"]): Promise<Caller | null> => {
    const entry = await connectivity.whileConnected(() => bucket.get<AccessRecord>(key));
    if (entry === null) return null;
    const { user, capabilities, expiresAt } = entry.value;
    if (expiresAt !== null && Date.parse(expiresAt) <= clock.now()) return null;
    if (kind === "session") await renew(key, entry.value, entry.revision);
    return {
      actor: { kind: kind === "session" ? "user" : "token", id: user },
      capabilities: capabilities.filter((capability) => granted.includes(capability)),
      expiresAt,
    };
  };

  return {
    resolve: (credential) => {
      if (isAdmin(credential)) return Promise.resolve(admin);
      const key = keyOf(credential.kind, credential.secret);
      const cached = cache.get(key);
      if (cached && clock.monotonic() - cached.at < CACHE_MS) return cached.caller;
      if (cache.size >= CACHE_SIZE) cache.clear();
      const caller = lookUp(key, credential.kind);
      cache.set(key, { at: clock.monotonic(), caller });
      caller.catch(() => cache.delete(key));
      return caller;
    },
    forget: ({ kind, secret }) => void cache.delete(keyOf(kind, secret)),
  };
};
