import { streamExtent } from "#infra/nats/follow.ts";
import { JOURNAL } from "#schema/subjects.ts";
import type { Edge } from "../edge.ts";

/** Where a client's facts come from: the tail's ring, the journal itself first, or nowhere because they are gone. */
export type StartPlace =
  | { readonly from: "ring" | "journal"; readonly after: number }
  | { readonly from: "reset"; readonly after: number };

/** `after` null: from now on. A place beyond the journal's end belongs to another journal. */
export const startPlace = async (
  { tail, connection, connectivity }: Edge,
  after: number | null,
): Promise<StartPlace> => {
  if (after === null) return { from: "ring", after: tail.last };
  if (after <= tail.last && tail.since(after) !== null) return { from: "ring", after };
  const { first, last } = await connectivity.whileConnected(() => streamExtent(connection, JOURNAL));
  if (after > Math.max(last, tail.last) || after < first - 1) return { from: "reset", after: tail.last };
  return { from: after > tail.last ? "ring" : "journal", after };
};
