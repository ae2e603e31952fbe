import type { Seated } from "../pool/seats.ts";

/** How far an attempt has come. */
export type Phase = "starting" | "working" | "frozen" | "ending" | "over";

/** The same as the pool shows it. */
export const seatState = (phase: Phase): Seated["state"] => {
  if (phase === "frozen") return "paused";
  return phase === "over" ? "ending" : phase;
};
