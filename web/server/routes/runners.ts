import type { FastifyInstance } from "fastify";
import type { RunnerRow } from "#schema/api.ts";
import type { Edge } from "../edge.ts";
import { HttpProblem } from "../problems.ts";
import { runnerLoad } from "../queries/runner-load.ts";

/** Counted by the read model; while it is away, from what the tail has seen. */
const rows = async ({ roster, history, recent }: Edge): Promise<readonly RunnerRow[]> => {
  const load = await history.read(runnerLoad).catch((error: unknown) => {
    if (error instanceof HttpProblem) return null;
    throw error;
  });
  return roster.all().map((runner) => ({
    ...runner,
    busy:
      runner.state === "present"
        ? load === null
          ? recent.activeOf(runner.id)
          : (load.get(runner.id) ?? 0)
        : 0,
  }));
};

export const runnerRoutes = (app: FastifyInstance, edge: Edge): void => {
  app.get(
    "/api/runners",
    { config: { policy: "view" }, schema: { tags: ["runners"], summary: "The runners there are and were" } },
    async () => ({ items: await rows(edge), asOf: edge.tail.last }),
  );
  app.get(
    "/api/types",
    {
      config: { policy: "view" },
      schema: {
        tags: ["runners"],
        summary: "What the connected runners can do, with each payload's JSON Schema",
      },
    },
    async () => ({ items: edge.roster.types() }),
  );
};
