/** Which schedule's history is open. */
export const schedulesSearch = (raw: Record<string, unknown>): { open?: string } =>
  typeof raw["open"] === "string" && raw["open"] !== "" ? { open: raw["open"] } : {};
