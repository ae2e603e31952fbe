import Type from "typebox";

/** An RFC 3339 time that this program and Postgres can both tell: without the year 0, and without the leap second 60. */
export const moment = (description: string) =>
  Type.String({ format: "date-time", pattern: "^(?!0000)[^:]+:[0-9]{2}:[0-5]", description });
