/** Which failures are the same failure: what differs from one occurrence to the next is taken out of the message. */
import { shortHash } from "./short-hash.ts";
import type { TaskError } from "./task.events.ts";

/** Messages are compared as far as this; it also bounds the work. */
const LOOK_AT = 2_000;

/** In this order: what contains others comes before what it contains. */
const REPLACED: readonly (readonly [RegExp, string])[] = [
  // Colours of a terminal.
  [/\u001b\[[0-9;]*[A-Za-z]/g, ""],
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

/** Numbers that say what went wrong rather than to whom or how much. */
const TELLING = /\b(code|status|signal|errno|exit|HTTP(?:\/\d(?:\.\d)?)?)([ :=#]*)(\d{1,3})\b/gi;
const NUMBER = /\d+(?:[.,]\d+)*/g;

/** The message without ids, numbers, paths, addresses, times and quoted text; exit codes and status codes stay. */
export const normalised = (message: string): string => {
  let text = message.slice(0, LOOK_AT);
  for (const [pattern, name] of REPLACED) text = text.replace(pattern, name);
  const kept: string[] = [];
  const keep = (_: string, word: string, between: string, number: string): string =>
    `${word.replace(NUMBER, "")}${between}\u0000${String.fromCodePoint(0xe000 + kept.push(number) - 1)}`;
  return text
    .replace(TELLING, keep)
    .replace(NUMBER, "<number>")
    .replace(
      /\u0000([\ue000-\uf8ff])/gu,
      (_, mark: string) => kept[(mark.codePointAt(0) ?? 0) - 0xe000] ?? "",
    )
    .replace(/\s+/g, " ")
    .trim();
};

/** The group of dead letters a failed task belongs to: 11 characters, the same for the same failure of the same type. */
export const fingerprintOf = (type: string, { code, message }: TaskError): string =>
  shortHash(JSON.stringify([type, code, normalised(message)]));
