import { type ObjectStore, Objm } from "@nats-io/obj";
import type { NatsConnection } from "#infra/nats/connect.ts";

/** What is known of a blob without reading it. */
export interface BlobHead {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  readonly notes: Readonly<Record<string, string>>;
}

/** Large values under fixed names; a value takes the place of the one before once it is whole. */
export interface Blobs {
  heads(names: readonly string[]): Promise<readonly BlobHead[]>;
  /** Throws when it is gone, cut short or changed. */
  read(head: BlobHead): Promise<Uint8Array>;
  write(name: string, bytes: Uint8Array, notes: Readonly<Record<string, string>>): Promise<void>;
}

/** A blob that lost all its pieces is waited for in vain. Bytes per millisecond on the slowest disk thought of. */
const PATIENCE_MS = 3_000;
const SLOWEST = 1_000;

/** Throws when there is no such store. */
export const openBlobs = async (connection: NatsConnection, store: string): Promise<Blobs> => {
  const objects: ObjectStore = await new Objm(connection).open(store);
  return {
    heads: async (names) => {
      const found = await Promise.all(names.map((name) => objects.info(name)));
      return found.flatMap((info) =>
        info === null || info.deleted
          ? []
          : [{ name: info.name, size: info.size, notes: info.metadata ?? {} }],
      );
    },
    read: async ({ name, size }) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        const limit = PATIENCE_MS + size / SLOWEST;
        timer = setTimeout(() => reject(new Error(`${name} does not arrive`)), limit);
      });
      try {
        const bytes = await Promise.race([objects.getBlob(name), late]);
        if (bytes === null) throw new Error(`${name} is gone`);
        return bytes;
      } finally {
        clearTimeout(timer);
      }
    },
    write: async (name, bytes, notes) => {
      await objects.putBlob({ name, metadata: { ...notes } }, bytes);
    },
  };
};
