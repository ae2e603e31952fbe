import { createHash } from "node:crypto";
import { encode, type Fact, type Hash } from "#schema/envelope.ts";

/** A fact without its place in the chain. */
export type Unsealed = Fact extends infer F ? (F extends Fact ? Omit<F, "chain"> : never) : never;

export const hashOf = (bytes: Uint8Array): Hash => createHash("sha256").update(bytes).digest("hex");

/** A fact with its place in the chains, its bytes, and the hash over them. */
export const seal = (
  unsealed: Unsealed,
  chain: Fact["chain"],
): { fact: Fact; bytes: Uint8Array; hash: Hash } => {
  const fact = { ...unsealed, chain } as Fact;
  const bytes = encode(fact);
  return { fact, bytes, hash: hashOf(bytes) };
};
