const PLACE = /(?<!\\)\{\{([A-Za-z0-9_-]+)\}\}/g;

/** Names of the parameters a task's texts ask for, in order, each once. */
export const parametersIn = (task: unknown): readonly string[] => {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value === "string") for (const [, name = ""] of value.matchAll(PLACE)) found.add(name);
    else if (typeof value === "object" && value !== null) for (const each of Object.values(value)) look(each);
  };
  look(task);
  return [...found];
};
