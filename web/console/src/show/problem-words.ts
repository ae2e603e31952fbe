import { ApiProblem } from "#client/api-problem.ts";

/** What went wrong as one sentence for people; a fetch that got no answer says so plainly. */
export const problemWords = (error: unknown): string => {
  if (error instanceof ApiProblem) return error.problem.detail || error.problem.title;
  if (error instanceof TypeError) return "Longshore's server does not answer. Is it running?";
  return error instanceof Error ? error.message : "Something went wrong.";
};
