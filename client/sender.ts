import { problemFrom } from "./api-problem.ts";

export interface ClientOptions {
  /** Origin of the server without a slash at the end; empty in the console, which is served from it. */
  readonly baseUrl?: string;
  /** API token. Without one the browser's session cookie speaks. */
  readonly token?: string;
  readonly fetch?: typeof globalThis.fetch;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface Ask {
  readonly method?: string;
  readonly query?: Query;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Adds the token and turns unsuccessful answers into ApiProblem. */
export interface Sender {
  send(path: string, ask?: Ask): Promise<Response>;
  json<T>(path: string, ask?: Ask): Promise<T>;
  get<T>(path: string, query?: Query): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
}

/** A path with its query; what is undefined or empty is not asked. */
export const addressOf = (path: string, query: Query | undefined): string => {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== "") search.set(key, String(value));
  }
  return search.size > 0 ? `${path}?${search.toString()}` : path;
};

/** A path under /api with its parts escaped. */
export const apiPath = (...parts: readonly (string | number)[]): string =>
  `/api/${parts.map((part) => encodeURIComponent(part)).join("/")}`;

export const withReason = (reason: string | undefined): { reason?: string } =>
  reason === undefined ? {} : { reason };

export const createSender = ({ baseUrl = "", token, fetch = globalThis.fetch }: ClientOptions): Sender => {
  const send: Sender["send"] = async (path, { method = "GET", query, body, headers } = {}) => {
    const response = await fetch(`${baseUrl}${addressOf(path, query)}`, {
      method,
      credentials: "same-origin",
      headers: {
        accept: "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw await problemFrom(response);
    return response;
  };
  const json: Sender["json"] = async <T>(path: string, ask?: Ask) =>
    (await (await send(path, ask)).json()) as T;
  return {
    send,
    json,
    get: (path, query) => json(path, query ? { query } : {}),
    post: (path, body = {}) => json(path, { method: "POST", body }),
  };
};
