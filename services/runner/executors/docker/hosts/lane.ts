/** Of all work on one engine so many tasks go on at once, whatever their types: a busy or silent host leaves room for the others. */
export const HOST_LANE = { by: "host", limit: 4 } as const;
