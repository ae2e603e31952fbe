import type { FastifyInstance, FastifyRequest } from "fastify";
import Type, { type Static } from "typebox";
import { ReasonBody } from "#schema/api.ts";
import type { PoolReply } from "#schema/pool.ts";
import { ScaleBody } from "#schema/record-api.ts";
import { type PoolVerb, querySubject } from "#schema/subjects.ts";
import { TOKEN_PATTERN } from "#schema/token.ts";
import type { RunnerWish } from "#schema/wishes.ts";
import type { Edge } from "../edge.ts";
import { inquire } from "../inquire.ts";
import { callerOf } from "../policy.ts";
import { HttpProblem, notFound, unavailable } from "../problems.ts";

const RunnerParams = Type.Object({
  id: Type.String({ pattern: TOKEN_PATTERN, description: "Runner id." }),
});
type Params = Static<typeof RunnerParams>;
type Status = Extract<PoolReply, { ok: true }>;

const ANSWER_MS = 5_000;

const CHANGES = [
  { verb: "scale", summary: "Set how many slots a runner keeps", body: ScaleBody },
  { verb: "cordon", summary: "Give a runner nothing new; what it has goes on", body: ReasonBody },
  { verb: "uncordon", summary: "Let a cordoned or drained runner take work again", body: ReasonBody },
  { verb: "drain", summary: "Cordon a runner and hand over what can be handed over", body: ReasonBody },
] as const;

/** The slots of a runner, as it says itself; who asks for a change is answered with the slots after it. */
export const poolRoutes = (app: FastifyInstance, edge: Edge): void => {
  const mustBeKnown = (id: string): void => {
    if (edge.roster.get(id) === null) throw notFound(`There is no runner ${id}.`);
  };
  const askRunner = async (id: string, verb: PoolVerb, body: object | null): Promise<Omit<Status, "ok">> => {
    mustBeKnown(id);
    const answer = await inquire<PoolReply>(edge, querySubject(id, verb), ANSWER_MS, body);
    if (answer === null) throw unavailable(`The runner ${id} does not answer at the moment.`);
    if (!answer.ok) throw new HttpProblem(400, answer.message);
    const { ok: _, ...status } = answer;
    return status;
  };
  /** Only the runner knows how many it may have, so one that is away cannot be scaled. */
  const scaling = async (id: string, { slots }: ScaleBody): Promise<RunnerWish["command"]> => {
    const { max } = await askRunner(id, "pool", null);
    if ((slots ?? 1) > max)
      throw new HttpProblem(
        400,
        `The runner ${id} may have 1 to ${max} slots, or null for as many as it needs.`,
      );
    return { type: "scale", slots };
  };

  app.get<{ Params: Params }>(
    "/api/runners/:id/pool",
    {
      config: { policy: "view" },
      schema: { tags: ["runners"], summary: "A runner's slots and what each does", params: RunnerParams },
    },
    async ({ params: { id } }) => askRunner(id, "pool", null),
  );
  for (const { verb, summary, body } of CHANGES) {
    app.route({
      method: "POST",
      url: `/api/runners/:id/${verb}`,
      config: { policy: "operate" },
      schema: { tags: ["runners"], summary, params: RunnerParams, body },
      handler: async (request: FastifyRequest) => {
        const { id } = request.params as Params;
        const body = (request.body ?? {}) as { reason?: string };
        mustBeKnown(id);
        const command = verb === "scale" ? await scaling(id, request.body as ScaleBody) : { type: verb };
        const { seq } = await edge.wishes.runner(callerOf(request), id, { command, reason: body.reason });
        return askRunner(id, verb, { ...body, seq });
      },
    });
  }
};
