/** A value larger than this (bytes of its JSON) is kept in the object store and referred to. */
export const INLINE_LIMIT = 32 * 1024;

/** The largest payload anybody may submit, in bytes of its JSON. */
export const PAYLOAD_LIMIT = 1024 * 1024;

/** Points into the object store: its key, the SHA-256 of the stored bytes (hex) and their number. */
export interface Reference {
  readonly ref: string;
  readonly sha256: string;
  readonly size: number;
}

/** A value, or where to find it. Facts carry small values themselves and refer to large ones. */
export type Stored<T> = { readonly value: T } | Reference;

export const isReference = (stored: Stored<unknown>): stored is Reference => "ref" in stored;
