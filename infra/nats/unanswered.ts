const NAMES = new Set([
  "TimeoutError",
  "RequestError",
  "NoResponders",
  "ConnectionError",
  "ClosedConnectionError",
  "DrainingConnectionError",
  "Disconnected",
  "ObjectsAway",
]);

/** True for errors that mean nobody answered: no responder, a timeout, no connection, or an object store that cannot be used. */
export const isUnanswered = (error: unknown): boolean => error instanceof Error && NAMES.has(error.name);
