/** The most important first. */
export const PRIORITIES = ["critical", "high", "normal", "low", "background"] as const;
