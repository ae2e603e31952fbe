import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import { HOST_LISTS } from "#schema/host-api.ts";
import { TOKEN_PATTERN } from "#schema/token.ts";
import type { Edge } from "../edge.ts";
import { createHostLines } from "../host-lines.ts";

const HostParams = Type.Object({
  name: Type.String({ pattern: TOKEN_PATTERN, description: "The host, as payloads call it." }),
});

/** Container hosts and what is on them, as the runners that reach them see it now. */
export const hostRoutes = (app: FastifyInstance, edge: Edge): void => {
  const hosts = createHostLines(edge);

  app.get(
    "/api/hosts",
    {
      config: { policy: "view" },
      schema: { tags: ["hosts"], summary: "The container hosts, and which of them can be reached" },
    },
    async () => ({ items: await hosts.all() }),
  );
  for (const list of HOST_LISTS) {
    const things = list.replace("-", " ");
    app.get<{ Params: Static<typeof HostParams> }>(
      `/api/hosts/:name/${list}`,
      {
        config: { policy: "view" },
        schema: { tags: ["hosts"], summary: `The ${things} of a host, as listed now`, params: HostParams },
      },
      async ({ params: { name } }) => ({ items: await hosts.rows(name, list) }),
    );
  }
};
