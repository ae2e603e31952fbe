import type { ItemOutcome } from "#schema/items.ts";

/** How an item stands in the end; `freed` in bytes, `answer` what the engine said in short. */
export interface Settled {
  readonly outcome: Exclude<ItemOutcome, "begun">;
  readonly code?: string;
  readonly message?: string;
  readonly freed?: number;
  readonly answer?: string;
}

export const failedWith = (code: string, message: string): Settled => ({
  outcome: "failed",
  code,
  message: message.trim().slice(0, 1_000),
});

export const skippedFor = (code: string, message?: string): Settled => ({
  outcome: "skipped",
  code,
  ...(message === undefined ? {} : { message }),
});

/** A run that is told to end waits no longer for what is under way. */
export const UNFINISHED = failedWith("unfinished", "The engine was still at it when the run was ended.");
