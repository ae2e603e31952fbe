import { CommanderError } from "commander";
import { ApiProblem } from "../http.ts";

/** Exit codes, as the guide names them. */
export const EXIT = { refused: 1, usage: 2, unreachable: 3, interrupted: 130 } as const;

/** What was typed cannot be meant. */
export class WrongUsage extends Error {
  override readonly name = "WrongUsage";
}

/** Nobody answered, or not as Longshore does. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

interface Ending {
  readonly code: number;
  /** For standard error; null when it has been said already. */
  readonly sentence: string | null;
}

const NO_TOKEN =
  "Give a token with --token or LONGSHORE_TOKEN: the administrator's is in the file admin-token of Longshore's data folder.";

const problemSentence = ({ status, message, problem }: ApiProblem): string => {
  if (status === 401) return `The server does not let us in (${message.replace(/\.$/, "")}). ${NO_TOKEN}`;
  const details = (problem.details ?? []).map(({ path, message: what }) => `${path || "/"}: ${what}`);
  return [message, ...details].join("\n  ");
};

/** How the program ends after an error. What is none of ours is a bug, and keeps its stack. */
export const endingOf = (error: unknown): Ending => {
  if (error instanceof CommanderError) return { code: error.exitCode === 0 ? 0 : EXIT.usage, sentence: null };
  if (error instanceof WrongUsage) return { code: EXIT.usage, sentence: error.message };
  if (error instanceof Unreachable) return { code: EXIT.unreachable, sentence: error.message };
  if (error instanceof ApiProblem) return { code: EXIT.refused, sentence: problemSentence(error) };
  throw error;
};
