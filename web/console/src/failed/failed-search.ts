/** Which group is open. */
export const failedSearch = (raw: Record<string, unknown>): { open?: string } =>
  typeof raw["open"] === "string" && raw["open"] !== "" ? { open: raw["open"] } : {};
