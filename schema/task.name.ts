/** A human line for a task nobody named. */
const MOST = 120;

const asObject = (payload: unknown): Record<string, unknown> =>
  typeof payload === "object" && payload !== null ? (payload as Record<string, unknown>) : {};

const cut = (text: string): string => (text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text);

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const commandLine = (command: unknown): string =>
  Array.isArray(command) ? command.map(String).join(" ") : typeof command === "string" ? command : "";

/** "Stop 100 containers", "echo hello", or the type's own title. */
export const nameFor = (type: string, title: string, payload: unknown): string => {
  const { action, ids, command } = asObject(payload);
  if (type === "command") return cut(commandLine(command));
  if (type === "docker.containers" && typeof action === "string") {
    const count = Array.isArray(ids) ? ids.length : null;
    const what = count === null ? "selected containers" : count === 1 ? "1 container" : `${count} containers`;
    return `${capitalised(action)} ${what}`;
  }
  return title;
};
