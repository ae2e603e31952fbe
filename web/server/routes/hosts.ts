import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import type { ContainerRow, EngineInfo } from "#schema/api.ts";
import { querySubject } from "#schema/subjects.ts";
import { TOKEN_PATTERN } from "#schema/token.ts";
import type { Edge } from "../edge.ts";
import { inquire } from "../inquire.ts";
import { notFound, unavailable } from "../problems.ts";

const ENGINE_MS = 5_000;
const CONTAINERS_MS = 15_000;

const HostParams = Type.Object({ id: Type.String({ pattern: TOKEN_PATTERN, description: "Runner id." }) });

type Containers = { readonly items: readonly ContainerRow[] } | { readonly error: string };

const mute = (runner: string): EngineInfo => ({
  runner,
  reachable: false,
  message: `The runner ${runner} does not answer at the moment.`,
  id: null,
  name: null,
  version: null,
  apiVersion: null,
  containers: null,
});

/** Container engines, as the runner beside each of them sees it now. */
export const hostRoutes = (app: FastifyInstance, edge: Edge): void => {
  const engineOf = async (runner: string): Promise<EngineInfo> =>
    (await inquire<EngineInfo>(edge, querySubject(runner, "engine"), ENGINE_MS)) ?? mute(runner);

  app.get(
    "/api/hosts",
    {
      config: { policy: "view" },
      schema: { tags: ["hosts"], summary: "The container engine of each runner" },
    },
    async () => ({ items: await Promise.all(edge.roster.present().map(({ id }) => engineOf(id))) }),
  );
  app.get<{ Params: Static<typeof HostParams> }>(
    "/api/hosts/:id/containers",
    {
      config: { policy: "view" },
      schema: {
        tags: ["hosts"],
        summary: "The containers of a runner's engine, as they are now",
        params: HostParams,
      },
    },
    async ({ params: { id } }) => {
      if (edge.roster.get(id) === null) throw notFound(`There is no runner ${id}.`);
      const answer = await inquire<Containers>(edge, querySubject(id, "containers"), CONTAINERS_MS);
      if (answer === null) throw unavailable(`The runner ${id} does not answer at the moment.`);
      if ("error" in answer) throw unavailable(answer.error);
      return { items: answer.items };
    },
  );
};
