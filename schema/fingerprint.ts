/** Which failures are the same failure: what differs from one occurrence to the next is taken out of the message. */
import { shortHash } from "./short-hash.ts";
import type { TaskError } from "./task.events.ts";

/** Messages are compared as far as this; it also bounds the work. */
const LOOK_AT = 2_000;

/** In this order: what contains others comes before what it contains. */
const REPLACED: readonly (readonly [RegExp, string])[] = [
  // Colours of a terminal.
  [/\p{Cc}\[[0-9;]*[A-Za-z]/gu, ""],
  // An apostrophe within a word opens nothing.
  [/"[^"\n]*"|`[^`\n]*`|“[^”\n]*”|(?<!\w)'[^'\n]*'(?!\w)/g, "<text>"],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)\]]+/gi, "<address>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<id>"],
  [/\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g, "<time>"],
  [/(?<![\w/])[A-Za-z]:\\[^\s"'<>|:*?]+/g, "<path>"],
  [/(?<![\w/.<>~])(?:~|\.{1,2})?\/[^\s"'<>,;:()[\]]+/g, "<path>"],
  [/(?<![\w/.<>])[\w.@-]+(?:\/[\w.@+-]+)+\.\w{1,8}\b/g, "<path>"],
  [/\b(?:sha256:)?(?=[a-f]*\d)[0-9a-f]{7,}\b/gi, "<id>"],
  [/\b0x[0-9a-f]+\b/gi, "<id>"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, "<host>"],
];

/** A number, and the word before it where that makes it say what went wrong rather than to whom or how much. */
const NUMBER =
  /\b(?<telling>(?:code|status|signal|errno|exit|HTTP(?:\/\d(?:\.\d)?)?)[ :=#]*\d{1,3}\b)|\d+(?:[.,]\d+)*/gi;

/** The message without ids, numbers, paths, addresses, times and quoted text; exit codes and status codes stay. */
export const normalised = (message: string): string => {
  let text = message.slice(0, LOOK_AT);
  for (const [pattern, name] of REPLACED) text = text.replace(pattern, name);
  return text
    .replace(NUMBER, (_, telling: string | undefined) => telling ?? "<number>")
    .replace(/\s+/g, " ")
    .trim();
};

/** The group of dead letters a failed task belongs to: 11 characters, the same for the same failure of the same type. */
export const fingerprintOf = (type: string, { code, message }: TaskError): string =>
  shortHash(JSON.stringify([type, code, normalised(message)]));
