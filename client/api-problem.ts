import type { Problem } from "#schema/api.ts";

/** An answer that is not a success. `problem` is the server's own account of it (RFC 9457). */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly problem: Problem;
  /** Seconds the server asks to wait before trying again, or null. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(problem.detail || problem.title);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  get status(): number {
    return this.problem.status;
  }
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === "object" && body !== null && "status" in body && "title" in body;

/** The problem an unsuccessful response tells of; one is made up when a proxy answered instead of Longshore. */
export const problemFrom = async (response: Response): Promise<ApiProblem> => {
  const text = await response.text().catch(() => "");
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : null;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = null;
  }
  if (isProblem(body)) return new ApiProblem(body, retryAfter);
  const title = response.statusText || `HTTP ${response.status}`;
  return new ApiProblem(
    { type: "about:blank", title, status: response.status, detail: text.slice(0, 500) || title },
    retryAfter,
  );
};
