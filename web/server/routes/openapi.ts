import type { FastifyInstance } from "fastify";

export const openapiRoutes = (app: FastifyInstance): void => {
  app.get(
    "/api/openapi.json",
    { config: { policy: "caller" }, schema: { tags: ["service"], summary: "This description" } },
    async () => app.swagger(),
  );
};
