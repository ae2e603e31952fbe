import type { FastifyInstance } from "fastify";
import { type SubmitManyAnswer, SubmitManyBody } from "#schema/record-api.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import { PAYLOAD_LIMIT } from "#schema/stored.ts";
import type { WishReply } from "#schema/wishes.ts";
import type { Edge } from "../edge.ts";
import { callerOf } from "../policy.ts";
import { HttpProblem } from "../problems.ts";
import { refusalProblem } from "../wishes.ts";

/** The message server takes 8 MiB at once; this leaves room for what surrounds the tasks. */
const BODY_LIMIT = 7 * 1024 ** 2;

const refuseGiants = (tasks: readonly SubmitBody[]): void => {
  const giant = tasks.findIndex(({ payload }) => Buffer.byteLength(JSON.stringify(payload)) > PAYLOAD_LIMIT);
  if (giant < 0) return;
  throw new HttpProblem(413, `The payload of task ${giant} is too large: it may have 1 MiB.`);
};

const answerOf = (reply: WishReply): SubmitManyAnswer["items"][number] => {
  if (!reply.ok) return { ok: false, problem: refusalProblem(reply).problem };
  const { taskId: id, seq, state, repeated = false } = reply;
  return { ok: true, id, seq, state, repeated };
};

export const submitManyRoute = (app: FastifyInstance, edge: Edge): void => {
  app.post<{ Body: SubmitManyBody }>(
    "/api/tasks/many",
    {
      bodyLimit: BODY_LIMIT,
      config: { policy: "operate" },
      schema: {
        tags: ["tasks"],
        summary:
          'Submit up to 1,000 tasks; each is taken or refused by itself, unless `after` refers to others of them ("@0" is the first): then all or none',
        body: SubmitManyBody,
      },
    },
    async (request): Promise<SubmitManyAnswer> => {
      const { tasks } = request.body;
      refuseGiants(tasks);
      const { seq, replies } = await edge.wishes.submitMany(callerOf(request), tasks);
      return { seq, items: replies.map(answerOf) };
    },
  );
};
