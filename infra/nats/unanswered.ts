const NAMES = new Set([
  "TimeoutError",
  "RequestError",
  "NoResponders",
  "ConnectionError",
  "ClosedConnectionError",
  "DrainingConnectionError",
  "Disconnected",
]);

/** True for errors that mean nobody answered: no responder, a timeout, or no connection. */
export const isUnanswered = (error: unknown): boolean => error instanceof Error && NAMES.has(error.name);
