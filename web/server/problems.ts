/** Every error answer of the edge: RFC 9457 problem details, thrown as a value that knows its status. */
import { STATUS_CODES } from "node:http";
import type { Problem } from "#schema/api.ts";

interface Extras {
  readonly state?: string;
  readonly details?: Problem["details"];
  /** Seconds after which trying again can help. */
  readonly retryAfter?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export const PROBLEM_TYPE = "application/problem+json; charset=utf-8";

/** A refusal with its HTTP status; `detail` is one sentence for a person. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  /** Fastify reads it, and writes it for validation errors: it must stay writable. */
  statusCode: number;

  constructor(status: number, detail: string, { state, details, retryAfter, headers = {} }: Extras = {}) {
    super(detail);
    this.statusCode = status;
    this.problem = {
      type: "about:blank",
      title: STATUS_CODES[status] ?? "Error",
      status,
      detail,
      ...(state === undefined ? {} : { state }),
      ...(details === undefined || details.length === 0 ? {} : { details }),
    };
    this.headers = retryAfter === undefined ? headers : { ...headers, "retry-after": String(retryAfter) };
  }
}

/** Something we depend on is away for now; trying again helps. */
export const unavailable = (detail: string, retryAfter = 2): HttpProblem =>
  new HttpProblem(503, detail, { retryAfter });

export const notFound = (what: string): HttpProblem => new HttpProblem(404, what);

const BY_CODE: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, "The body is too large: a payload may have 1 MiB."],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, "The body must be sent as application/json."],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, "The body is not valid JSON."],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, "The body is empty; expected JSON."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, "The body's length is not the Content-Length."],
  FST_ERR_BAD_URL: [400, "The address is not a valid URL."],
};

/** The problem an error of the framework or of ours becomes; undefined for a bug. */
export const problemOf = (error: unknown): HttpProblem | undefined => {
  if (error instanceof HttpProblem) return error;
  const { code, statusCode, message } = error as { code?: string; statusCode?: number; message?: string };
  const known = code === undefined ? undefined : BY_CODE[code];
  if (known) return new HttpProblem(known[0], known[1]);
  if (statusCode === undefined || statusCode < 400 || statusCode > 499) return undefined;
  return new HttpProblem(statusCode, message ?? STATUS_CODES[statusCode] ?? "Error");
};
