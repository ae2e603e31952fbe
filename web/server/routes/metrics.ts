import type { FastifyInstance } from "fastify";
import { querySubject } from "#schema/subjects.ts";
import type { Edge } from "../edge.ts";
import { unavailable } from "../problems.ts";
import { inquire } from "../inquire.ts";

const TIMEOUT_MS = 3_000;

export const metricsRoutes = (app: FastifyInstance, edge: Edge): void => {
  app.get(
    "/metrics",
    {
      config: { policy: "view" },
      schema: { tags: ["service"], summary: "Metrics in Prometheus' exposition format" },
    },
    async (_, reply) => {
      const answer = await inquire<{ text: string }>(edge, querySubject("monitor", "metrics"), TIMEOUT_MS);
      if (answer === null) throw unavailable("The monitor does not answer at the moment.");
      return reply
        .header("cache-control", "no-store")
        .type("text/plain; version=0.0.4; charset=utf-8")
        .send(answer.text);
    },
  );
};
