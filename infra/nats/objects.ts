import { createHash } from "node:crypto";
import { type ObjectStore, Objm } from "@nats-io/obj";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { INLINE_LIMIT, isReference, type Stored } from "#schema/stored.ts";
import { OBJECTS } from "#schema/subjects.ts";

/** Thrown when a referred value is gone or is not the one that was referred to. */
export class LostObject extends Error {
  override readonly name = "LostObject";
}

/** Thrown when the object store cannot be used right now: trying again may help. */
export class ObjectsAway extends Error {
  override readonly name = "ObjectsAway";
}

/** Values too large for a fact, by the SHA-256 of their JSON: the same value is kept once. */
export interface Objects {
  /** The value itself when small, else a reference that is durable when this returns. Throws ObjectsAway. */
  keep<T>(value: T): Promise<Stored<T>>;
  /** Throws LostObject, ObjectsAway. */
  load<T>(stored: Stored<T>): Promise<T>;
}

const encoder = new TextEncoder();
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export const openObjects = (connection: NatsConnection): Objects => {
  let opened: Promise<ObjectStore> | undefined;
  const store = (): Promise<ObjectStore> => {
    // A failed opening is not kept: the next value tries again.
    opened ??= new Objm(connection).open(OBJECTS).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
  /** The store's client rejects with errors of many kinds, bare texts among them. */
  const use = async <T>(work: (objects: ObjectStore) => Promise<T>): Promise<T> => {
    try {
      return await work(await store());
    } catch (error) {
      throw new ObjectsAway(`the object store cannot be used: ${String(error)}`, { cause: error });
    }
  };
  return {
    keep: async (value) => {
      const bytes = encoder.encode(JSON.stringify(value));
      if (bytes.length <= INLINE_LIMIT) return { value };
      const hash = sha256(bytes);
      await use(async (objects) => {
        if ((await objects.info(hash)) === null) await objects.putBlob({ name: hash }, bytes);
      });
      return { ref: hash, sha256: hash, size: bytes.length };
    },
    load: async <T>(stored: Stored<T>): Promise<T> => {
      if (!isReference(stored)) return stored.value;
      const bytes = await use((objects) => objects.getBlob(stored.ref));
      if (bytes === null) throw new LostObject(`the object ${stored.ref} is gone`);
      if (sha256(bytes) !== stored.sha256) throw new LostObject(`the object ${stored.ref} was changed`);
      return JSON.parse(new TextDecoder().decode(bytes)) as T;
    },
  };
};
