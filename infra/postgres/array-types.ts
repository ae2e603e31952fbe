/** How arrays go to Postgres as parameters: text, bool, int4, int8 and timestamptz arrays by their type's number. */
import type { PostgresType } from "postgres";

const ARRAYS = { bool: 1000, int4: 1007, text: 1009, int8: 1016, timestamptz: 1185 } as const;

type Element = string | number | bigint | boolean | null;

const literal = (element: Element): string =>
  element === null ? "null" : `"${String(element).replaceAll(/[\\"]/g, "\\$&")}"`;

/** An array as Postgres writes it; what is no array is passed on as it is. */
export const arrayLiteral = (value: unknown): unknown =>
  Array.isArray(value) ? `{${(value as Element[]).map(literal).join(",")}}` : value;

/**
 * The client can ask the server for these at each new connection, but a connection that is cut while it asks rejects a
 * promise nobody holds, and that ends the process: a restart of Postgres would be the end of its users.
 */
export const arrayTypes: Record<keyof typeof ARRAYS, PostgresType> = Object.fromEntries(
  Object.entries(ARRAYS).map(([name, to]) => [
    name,
    { to, from: [], serialize: arrayLiteral, parse: (text: unknown) => text },
  ]),
) as unknown as Record<keyof typeof ARRAYS, PostgresType>;
