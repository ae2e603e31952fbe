import type { FastifyInstance } from "fastify";
import type { Static } from "typebox";
import { UndoBody } from "#schema/ledger-api.ts";
import { definitionOf } from "#schema/task.evolve.ts";
import type { Edge } from "../edge.ts";
import { findTask } from "../find-task.ts";
import { callerOf } from "../policy.ts";
import { HttpProblem, unavailable } from "../problems.ts";
import { doneItems } from "../queries/task-items.ts";
import { taskCaughtUp } from "../task-history.ts";
import { rightMissing, undoing, whyNot } from "../undo.ts";
import { TaskParams } from "./task-params.ts";

/** Puts back what a run did: a task of its own, submitted by who asks. */
export const taskUndoRoute = (app: FastifyInstance, edge: Edge): void => {
  app.post<{ Params: Static<typeof TaskParams>; Body: UndoBody }>(
    "/api/tasks/:id/undo",
    {
      config: { policy: "operate" },
      schema: {
        tags: ["tasks"],
        summary: "Put back what a run did to containers, where that can be: a task of its own",
        params: TaskParams,
        body: UndoBody,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const caller = callerOf(request);
      const { task } = await findTask(edge, id);
      const payload = await edge.payloads.of(definitionOf(task.context));
      const missing = rightMissing(caller);
      if (missing !== undefined) throw new HttpProblem(403, `Undoing this needs the right "${missing}".`);
      const why = whyNot(task, payload);
      if (why !== null) throw new HttpProblem(409, why, { state: task.state });
      if (!(await taskCaughtUp(edge, id)))
        throw unavailable("The history has not read all that the task did yet.");
      const ids = await edge.history.read((sql) => doneItems(sql, id));
      if (ids.length !== task.context.counts.done)
        throw unavailable("The history does not know all that the task did.");
      const wish = undoing(task, payload, { ids, reason: request.body.reason });
      const { taskId, seq, state, repeated = false } = await edge.wishes.submit(caller, wish);
      return reply
        .code(repeated ? 200 : 201)
        .header("location", `/api/tasks/${taskId}`)
        .send({ id: taskId, seq, state, repeated });
    },
  );
};
