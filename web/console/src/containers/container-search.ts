export interface ContainerFilter {
  readonly runner?: string;
  readonly text?: string;
  readonly state?: string;
  readonly label?: string;
}

const words = (raw: unknown): string | undefined => {
  const text = typeof raw === "string" || typeof raw === "number" ? String(raw).trim().slice(0, 200) : "";
  return text === "" ? undefined : text;
};

/** The filters of the container list as they stand in the address. */
export const containerSearch = (raw: Record<string, unknown>): ContainerFilter => {
  const wished = {
    runner: words(raw["runner"]),
    text: words(raw["text"]),
    state: words(raw["state"]),
    label: words(raw["label"]),
  };
  return Object.fromEntries(Object.entries(wished).filter(([, value]) => value !== undefined));
};
