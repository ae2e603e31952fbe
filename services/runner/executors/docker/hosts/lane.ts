/** The payload's field that says which host a task is about. */
export const HOST_FIELD = "host";

/** Of all work on one engine so many tasks go on at once, whatever their types: a busy or silent host leaves room for the others. */
export const HOST_LANE = { by: HOST_FIELD, limit: 4 } as const;
