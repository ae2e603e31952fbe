/**
 * What Postgres cannot hold is replaced by U+FFFD: text has no NUL, and jsonb neither NUL nor half a surrogate pair.
 * The exact bytes of a fact are kept beside it.
 */
const REPLACEMENT = "\uFFFD";

/** Text for a text column. */
export const storableText = (text: string): string => text.replaceAll("\0", REPLACEMENT);

/** JSON for a jsonb column. JSON.stringify escapes NUL and lone surrogates; `\\\\` is matched so that an escaped backslash is not taken for the start of one. */
export const storableJson = (value: unknown): string =>
  JSON.stringify(value).replace(/\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g, (escape) =>
    escape === "\\\\" ? escape : "\\ufffd",
  );
