import { type KV, Kvm } from "@nats-io/kv";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { unlessBeaten } from "#infra/nats/unless-beaten.ts";
import { ACCESS } from "#schema/subjects.ts";

interface AccessEntry<T> {
  readonly value: T;
  readonly revision: number;
}

/** The bucket of tokens, sessions and login links. Keys are of a-z, 0-9 and dots; values are JSON. */
export interface AccessBucket {
  get<T>(key: string): Promise<AccessEntry<T> | null>;
  put(key: string, value: unknown): Promise<void>;
  /** False when somebody else changed or removed the entry since `revision`. */
  replace(key: string, value: unknown, revision: number): Promise<boolean>;
  /** With a revision: false when somebody else was first. */
  remove(key: string, revision?: number): Promise<boolean>;
  keys(filter: string): Promise<readonly string[]>;
}

export const openAccess = (connection: NatsConnection): AccessBucket => {
  let opened: Promise<KV> | undefined;
  const bucket = (): Promise<KV> => {
    opened ??= new Kvm(connection).open(ACCESS).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return {
    get: async <T>(key: string): Promise<AccessEntry<T> | null> => {
      const entry = await (await bucket()).get(key);
      return entry?.operation === "PUT" ? { value: entry.json<T>(), revision: entry.revision } : null;
    },
    put: async (key, value) => void (await (await bucket()).put(key, JSON.stringify(value))),
    replace: async (key, value, revision) => {
      const kv = await bucket();
      return (await unlessBeaten(() => kv.update(key, JSON.stringify(value), revision))) !== null;
    },
    remove: async (key, revision) => {
      const kv = await bucket();
      const options = revision === undefined ? {} : { previousSeq: revision };
      return (await unlessBeaten(() => kv.delete(key, options).then(() => true))) === true;
    },
    keys: async (filter) => {
      const found: string[] = [];
      for await (const key of await (await bucket()).keys(filter)) found.push(key);
      return found;
    },
  };
};
