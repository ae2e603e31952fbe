import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "#client/api-problem.ts";

const isDenied = (error: unknown): boolean => error instanceof ApiProblem && error.status === 401;

/** Answers of the API that are not live records. They grow old by events of the stream, never by a timer or by focus. */
export const createAnswers = (onDenied: () => void): QueryClient => {
  const onError = (error: unknown): void => {
    if (isDenied(error)) onDenied();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        // Our own server says what is wrong; asking a second time would only delay the sentence.
        retry: false,
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
};
