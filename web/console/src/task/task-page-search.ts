import { STANDINGS, type Standing } from "./item-rows.ts";

export const TABS = ["plan", "items", "log", "chart", "events", "input"] as const;
export type Tab = (typeof TABS)[number];

/** Which part of a task is open, without one the page chooses; and which of its items are shown. */
export const taskPageSearch = (raw: Record<string, unknown>): { tab?: Tab; outcome?: Standing } => {
  const tab = TABS.find((each) => each === raw["tab"]);
  const outcome = STANDINGS.find((each) => each === raw["outcome"]);
  return { ...(tab === undefined ? {} : { tab }), ...(outcome === undefined ? {} : { outcome }) };
};
