import type { Glyph, Hue } from "../show/state-look.ts";
import type { Standing } from "./item-rows.ts";

/** How the standing of an item looks, and what it is called. */
export const ITEM_LOOKS: Record<
  Standing,
  { readonly hue: Hue; readonly glyph: Glyph; readonly words: string }
> = {
  done: { hue: "green", glyph: "check", words: "Done" },
  unchanged: { hue: "slate", glyph: "check", words: "Already so" },
  skipped: { hue: "violet", glyph: "bars", words: "Left alone" },
  failed: { hue: "red", glyph: "cross", words: "Failed" },
  "not done": { hue: "grey", glyph: "circle", words: "Not done" },
};
