/** Which type the form is for. */
export const newTaskSearch = (raw: Record<string, unknown>): { type?: string } =>
  typeof raw["type"] === "string" && raw["type"] !== "" ? { type: raw["type"] } : {};
