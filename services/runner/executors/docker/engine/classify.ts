import { EngineRefused } from "./refused.ts";

/** What an engine's failure means. dockerode's own reasons are incomplete: only the status, the message and a fresh look count. */

const AWAY_CODES: ReadonlySet<unknown> = new Set([
  "ENOENT",
  "EACCES",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** The HTTP status of an engine's answer, or undefined when there was none. */
export const statusOf = (error: unknown): number | undefined => {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === "number" ? status : undefined;
};

/** The engine's own words without dockerode's frame around them. */
export const messageOf = (error: unknown): string => {
  const json = (error as { json?: { message?: unknown } } | null)?.json;
  if (typeof json?.message === "string") return json.message;
  return error instanceof Error ? error.message : String(error);
};

/** No answer because nobody is there, or somebody who must not be worked with: the host is away, the item has not failed. */
export const isEngineAway = (error: unknown): boolean => {
  if (error instanceof EngineRefused) return true;
  if (statusOf(error) !== undefined) return false;
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return AWAY_CODES.has(code) || (typeof message === "string" && message.includes("socket hang up"));
};

/** What stands before an engine, such as a proxy of its socket, says that it is not there; rarely the engine itself does. */
export const isUnavailable = (error: unknown): boolean => [502, 503, 504].includes(statusOf(error) ?? 0);

/** The request was given up by ourselves, as its signal asked. */
export const isAborted = (error: unknown): boolean => {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  return name === "AbortError" || code === "ABORT_ERR";
};

/** Our own limit ran out, or the request was aborted: the engine may still be doing it. */
export const isUnclear = (error: unknown): boolean => {
  const { name } = (error ?? {}) as { name?: unknown };
  return isAborted(error) || name === "TimeoutError";
};

/** Plain refusals that come with a 500: Docker's to unpausing what is not paused, and nearly all of Podman's. */
const REFUSED_AS_BROKEN =
  /is not paused|container state improper|is being used|force removal|default network \S+ cannot be removed/;

/** `gone`, `unchanged`: nothing left to do. `busy`: somebody is at it. `refused`: trying again cannot help. `unclear`: look again. */
export type Answer = "gone" | "unchanged" | "busy" | "conflict" | "refused" | "trouble" | "unclear";

export const classify = (error: unknown): Answer => {
  const status = statusOf(error);
  if (status === undefined) return isUnclear(error) ? "unclear" : "trouble";
  if (status === 304) return "unchanged";
  if (status === 404) return "gone";
  if (status === 409) return /already in progress/.test(messageOf(error)) ? "busy" : "conflict";
  if (status === 500 && REFUSED_AS_BROKEN.test(messageOf(error))) return "conflict";
  return status < 500 ? "refused" : "trouble";
};
