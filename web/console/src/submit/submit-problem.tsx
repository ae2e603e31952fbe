import { Alert } from "@mantine/core";
import { useMemo } from "react";
import { ApiProblem } from "#client/api-problem.ts";
import type { Problem } from "#schema/api.ts";
import { problemWords } from "../show/problem-words.ts";
import { tellingDetails } from "./telling-details.ts";

/** What the server said about single fields. */
export const useDetails = (error: unknown): Problem["details"] =>
  useMemo(() => (error instanceof ApiProblem ? tellingDetails(error.problem.details) : undefined), [error]);

/** The page may be longer than the window: a refusal must be seen. */
const intoView = (node: HTMLDivElement | null): void => node?.scrollIntoView({ block: "nearest" });

/** Why a form was not accepted, field by field. */
export const SubmitProblem = ({ error }: { readonly error: unknown }) => {
  const details = useDetails(error);
  if (error === null) return null;
  return (
    <Alert color="red" role="alert" title="Not accepted" data-testid="submit-problem" ref={intoView}>
      {problemWords(error)}
      {details && details.length > 0 && (
        <ul>
          {details.map(({ path, message }) => (
            <li key={path + message}>
              <code>{path || "payload"}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </Alert>
  );
};
