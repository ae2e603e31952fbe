import type { FastifyInstance, FastifyRequest } from "fastify";
import { ApproveBody, ReasonBody, ReplanBody, RetryBody, TaskPatch } from "#schema/api.ts";
import type { Static, TSchema } from "typebox";
import type { TaskCommand } from "#schema/task.commands.ts";
import type { Edge } from "../edge.ts";
import { callerOf } from "../policy.ts";
import { invalid } from "../validation.ts";
import { TaskParams } from "./task-params.ts";

interface CommandRoute {
  readonly method: "POST" | "PATCH";
  readonly path: string;
  readonly summary: string;
  readonly body: TSchema;
  /** The wish a valid body stands for. */
  readonly command: (body: object) => TaskCommand;
}

const post = (
  verb: string,
  summary: string,
  body: TSchema,
  command: CommandRoute["command"],
): CommandRoute => ({
  method: "POST",
  path: `/${verb}`,
  summary,
  body,
  command,
});

const patchOf = ({ priority, runAt, reason }: TaskPatch): TaskCommand => {
  const why = reason === undefined ? {} : { reason };
  if (priority !== undefined && runAt === undefined) return { type: "reprioritise", priority, ...why };
  if (runAt !== undefined && priority === undefined) return { type: "delay", runAt, ...why };
  throw invalid("body", [{ path: "/priority", message: "must be there, or else runAt" }]);
};

const ROUTES: readonly CommandRoute[] = [
  post("cancel", "Cancel a task", ReasonBody, (body) => ({ type: "cancel", ...body })),
  post("pause", "Pause a task", ReasonBody, (body) => ({ type: "pause", ...body })),
  post("resume", "Resume a paused task", ReasonBody, (body) => ({ type: "resume", ...body })),
  post("retry", "Run a settled task again: all of it, or what is not done", RetryBody, (body) => ({
    type: "retry",
    items: "failed",
    ...body,
  })),
  post("approve", "Say yes to a plan", ApproveBody, (body) => ({
    type: "approve",
    ...(body as Static<typeof ApproveBody>),
  })),
  post("replan", "Throw away the plan that waits for a yes, and make a new one", ReplanBody, (body) => ({
    type: "replan",
    ...body,
  })),
  {
    method: "PATCH",
    path: "",
    summary: "Change a task's priority, or the moment before which it does not run",
    body: TaskPatch,
    command: (body) => patchOf(body as TaskPatch),
  },
];

/** Steering one task: each answers once the fact is on disk, or says why the chart does not allow it (409). */
export const taskCommandRoutes = (app: FastifyInstance, edge: Edge): void => {
  for (const { method, path, summary, body, command } of ROUTES) {
    app.route({
      method,
      url: `/api/tasks/:id${path}`,
      config: { policy: "operate" },
      schema: { tags: ["tasks"], summary, params: TaskParams, body },
      handler: async (request: FastifyRequest) => {
        const { id } = request.params as { id: string };
        const wish = command(request.body as object);
        const { taskId, seq, state } = await edge.wishes.command(callerOf(request), id, wish);
        return { id: taskId, seq, state };
      },
    });
  }
};
