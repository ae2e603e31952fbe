export interface NewTaskSearch {
  /** Which type the form is for. */
  readonly type?: string;
  /** The task to be repeated with changes. */
  readonly retryOf?: string;
  /** The template to start from. */
  readonly template?: string;
  /** The container host it is for: its plan is then shown before anything happens. */
  readonly host?: string;
}

const KEYS = ["type", "retryOf", "template", "host"] as const;

/** What the form of a new task begins with. */
export const newTaskSearch = (raw: Record<string, unknown>): NewTaskSearch =>
  Object.fromEntries(
    KEYS.filter((key) => typeof raw[key] === "string" && raw[key] !== "").map((key) => [key, raw[key]]),
  );
