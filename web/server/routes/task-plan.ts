import type { FastifyInstance } from "fastify";
import type { Static } from "typebox";
import { PlanQuery } from "#schema/ledger-api.ts";
import { definitionOf } from "#schema/task.evolve.ts";
import type { Edge } from "../edge.ts";
import { asAttachment, fileName } from "../export.ts";
import { findTask } from "../find-task.ts";
import { TaskParams } from "./task-params.ts";

/** A task's plan with the hash a yes names; who has it already is told so, and nothing is loaded. */
export const taskPlanRoute = (app: FastifyInstance, edge: Edge): void => {
  app.get<{ Params: Static<typeof TaskParams>; Querystring: PlanQuery }>(
    "/api/tasks/:id/plan",
    {
      config: { policy: "view" },
      schema: { tags: ["tasks"], summary: "A task's plan", params: TaskParams, querystring: PlanQuery },
    },
    async ({ params: { id }, query: { download }, headers }, reply) => {
      const { task } = await findTask(edge, id);
      const { plan } = task.context;
      if (plan?.hash !== undefined) {
        const tag = `"${plan.number}-${plan.hash}"`;
        // A task may get another plan, so that a kept one is good only after asking.
        reply.header("etag", tag).header("cache-control", "private, no-cache");
        if (headers["if-none-match"]?.includes(tag)) return reply.code(304).send();
      }
      const whole = await edge.payloads.planOf(id, task.context);
      if (download !== undefined && download !== false)
        asAttachment(reply, fileName([definitionOf(task.context).name, id, `plan-${whole.number}`], "json"));
      return reply.send(whole);
    },
  );
};
