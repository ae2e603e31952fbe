export const TABS = ["items", "log", "chart", "events", "input"] as const;
export type Tab = (typeof TABS)[number];

/** Which part of a task is open; without one the page chooses. */
export const taskPageSearch = (raw: Record<string, unknown>): { tab?: Tab } => {
  const tab = TABS.find((each) => each === raw["tab"]);
  return tab === undefined ? {} : { tab };
};
